#pragma once

#include <string_view>

namespace dwell {

/// A file of schemas/ that CMake's dwell_sql() compiled in. `name` is the file's name without ".sql".
struct SqlFile {
  std::string_view name;
  std::string_view sql;
};

}  // namespace dwell
