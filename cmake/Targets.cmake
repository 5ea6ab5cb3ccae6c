# dwell_library(NAME SOURCES a.cpp ... LINKS targets...)   a concept of ours; no SOURCES: headers only
function(dwell_library name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  if(ARG_SOURCES)
    add_library(${name} STATIC ${ARG_SOURCES})
    target_link_libraries(${name} PUBLIC dwell_options ${ARG_LINKS} PRIVATE ${ARG_PRIVATE_LINKS})
  else()
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE dwell_options ${ARG_LINKS})
  endif()
endfunction()

# dwell_program(NAME SOURCES ... LINKS ...)   a program in bin/
function(dwell_program name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE dwell_options ${ARG_LINKS})
endfunction()

# dwell_test(NAME SOURCES ... LINKS ...)   a Catch2 program, registered with ctest; runs from the source root
function(dwell_test name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE dwell_options dwell_test_main ${ARG_LINKS})
  target_compile_definitions(${name} PRIVATE DWELL_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                             DWELL_BIN_DIR="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}")
  # What a test asserts is not what is to be fast, and half of the build is tests.
  target_compile_options(${name} PRIVATE $<$<CONFIG:Release>:-O0>)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 120)
endfunction()
