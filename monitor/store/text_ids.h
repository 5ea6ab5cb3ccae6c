#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dwell::monitor {

/// The numbers that URLs, recurring texts and histogram series have in the store; makes one for what is new.
/// Numbers are remembered: after a transaction that was rolled back, forget() must be called.
/// Must not outlive the database.
class TextIds {
 public:
  explicit TextIds(const SQLite::Database& database);

  std::int64_t url(const std::string& text);
  std::int64_t term(const std::string& text);
  std::int64_t series(const std::string& name, const std::string& group);
  void forget();

 private:
  template <class... Values>
  std::int64_t findOrAdd(SQLite::Statement& find, SQLite::Statement& add, const Values&... values);

  SQLite::Statement findUrl_, addUrl_, findTerm_, addTerm_, findSeries_, addSeries_, lastId_;
  std::unordered_map<std::string, std::int64_t> urls_, terms_, series_;
};

/// 32 bits of FNV-1a.
std::uint32_t urlHash(std::string_view text);

}  // namespace dwell::monitor
