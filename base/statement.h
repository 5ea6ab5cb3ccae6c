#pragma once

#include <SQLiteCpp/Column.h>
#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

/// Binding typed values to SQLite statements and reading them back: optionals are NULL, times milliseconds.
namespace dwell {

template <std::integral T>
void bindValue(SQLite::Statement& statement, int index, T value) {
  statement.bind(index, static_cast<std::int64_t>(value));
}
inline void bindValue(SQLite::Statement& statement, int index, double value) { statement.bind(index, value); }
inline void bindValue(SQLite::Statement& statement, int index, const std::string& value) {
  statement.bind(index, value);
}
inline void bindValue(SQLite::Statement& statement, int index, std::string_view value) {
  statement.bind(index, std::string(value));
}
inline void bindValue(SQLite::Statement& statement, int index, const char* value) {
  statement.bind(index, value);
}
inline void bindValue(SQLite::Statement& statement, int index, WallTime value) {
  statement.bind(index, toMs(value));
}
template <class T>
void bindValue(SQLite::Statement& statement, int index, const std::optional<T>& value) {
  if (value) {
    bindValue(statement, index, *value);
  } else {
    statement.bind(index);
  }
}

/// `statement` begun anew with these values, for executeStep().
template <class... Values>
SQLite::Statement& bound(SQLite::Statement& statement, const Values&... values) {
  statement.tryReset();  // reset() would throw the error of the run before once more
  int index = 0;
  (bindValue(statement, ++index, values), ...);
  return statement;
}

/// Runs a statement without rows; gives the number of rows it changed.
template <class... Values>
int execute(SQLite::Statement& statement, const Values&... values) {
  bound(statement, values...);
  const int changed = statement.exec();
  statement.reset();
  return changed;
}

/// Runs a statement that is needed once.
template <class... Values>
int executeOnce(const SQLite::Database& database, const std::string& sql, const Values&... values) {
  SQLite::Statement statement(database, sql);
  return execute(statement, values...);
}

inline std::optional<std::int64_t> optionalInt(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(column.getInt64());
}
inline std::optional<double> optionalReal(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(column.getDouble());
}
inline std::optional<std::string> optionalText(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(column.getString());
}
inline std::optional<WallTime> optionalTime(const SQLite::Column& column) {
  return column.isNull() ? std::nullopt : std::optional(wallTime(column.getInt64()));
}

}  // namespace dwell
