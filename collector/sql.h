#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

#include "collector/secret.h"

/// Binding and reading what SQLiteCpp has no overload for. The bound bytes are copied by SQLite.
namespace dwell::collector {

inline void bindBlob(SQLite::Statement& statement, int index, std::string_view bytes) {
  statement.bind(index, static_cast<const void*>(bytes.data()), static_cast<int>(bytes.size()));
}

inline void bindDigest(SQLite::Statement& statement, int index, const Digest& digest) {
  statement.bind(index, static_cast<const void*>(digest.data()), static_cast<int>(digest.size()));
}

inline Digest digestOf(const SQLite::Column& column) {
  Digest digest{};
  const auto* bytes = static_cast<const unsigned char*>(column.getBlob());
  std::copy_n(bytes, std::min(digest.size(), static_cast<std::size_t>(column.getBytes())), digest.begin());
  return digest;
}

inline std::optional<std::string> optionalText(const SQLite::Column& column) {
  if (column.isNull()) return std::nullopt;
  return column.getString();
}

}  // namespace dwell::collector
