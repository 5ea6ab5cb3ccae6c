# Run by dwell_sql: writes ${OUTPUT}.h and .cpp, which hold ${FILES} as raw string literals.
set(entries "")
foreach(file IN LISTS FILES)
  get_filename_component(stem ${file} NAME_WE)
  file(READ ${file} sql)
  string(APPEND entries "    {\"${stem}\", R\"sql~(${sql})sql~\"},\n")
endforeach()
file(WRITE ${OUTPUT}.h "#pragma once

#include <span>

#include \"base/sql_file.h\"

namespace dwell::schemas {

std::span<const SqlFile> ${FUNCTION}();

}  // namespace dwell::schemas
")
file(WRITE ${OUTPUT}.cpp "#include \"schemas/${NAME}.h\"

namespace dwell::schemas {

std::span<const SqlFile> ${FUNCTION}() {
  static constexpr SqlFile kFiles[] = {
${entries}  };
  return kFiles;
}

}  // namespace dwell::schemas
")
