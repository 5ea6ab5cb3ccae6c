# dwell_sql(NAME FUNCTION f FILES a.sql ...)   SQL files as a C++ table: target NAME, header "schemas/NAME.h",
# std::span<const dwell::SqlFile> dwell::schemas::f() in the order given.
function(dwell_sql name)
  cmake_parse_arguments(ARG "" "FUNCTION" "FILES" ${ARGN})
  list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE files)
  set(output ${CMAKE_BINARY_DIR}/generated/schemas/${name})
  add_custom_command(
    OUTPUT ${output}.h ${output}.cpp
    COMMAND ${CMAKE_COMMAND} -D NAME=${name} -D FUNCTION=${ARG_FUNCTION} -D OUTPUT=${output}
            -D "FILES=${files}" -P ${CMAKE_SOURCE_DIR}/cmake/WriteSqlTable.cmake
    DEPENDS ${files} ${CMAKE_SOURCE_DIR}/cmake/WriteSqlTable.cmake
    VERBATIM)
  add_library(${name} STATIC ${output}.cpp)
  target_sources(${name} PUBLIC FILE_SET HEADERS BASE_DIRS ${CMAKE_BINARY_DIR}/generated FILES ${output}.h)
  target_link_libraries(${name} PUBLIC dwell_options)
endfunction()
