#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <compare>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace dwell::monitor {

/// What a visit shares with most others.
struct VisitContext {
  std::string browser;
  std::optional<std::string> inputSource, participant;
  std::int64_t utcOffsetMin = 0;
  std::int64_t tabOpenedBy = 0;
  auto operator<=>(const VisitContext&) const = default;  // NOLINT(modernize-use-nullptr): of clang-tidy 14
};

/// The numbers that URLs, recurring texts, contexts and histogram series have in the store; makes one for
/// what is new. Numbers are remembered: after a transaction that was rolled back, forget() must be called.
/// Must not outlive the database.
class TextIds {
 public:
  explicit TextIds(const SQLite::Database& database);

  std::int64_t url(const std::string& text);
  /// Of a URL that was visited on local day `day`; `first`: no visit of it was known before.
  struct VisitedUrl {
    std::int64_t id = 0;
    bool first = false;
  };
  VisitedUrl visitedUrl(const std::string& text, std::int32_t day);
  std::int64_t term(const std::string& text);
  std::int64_t context(const VisitContext& context);
  std::int64_t series(const std::string& name, const std::string& group);
  void forget();

 private:
  struct Url {
    std::int64_t id = 0;
    std::optional<std::int32_t> firstDay;
  };
  /// `firstDay`: of one that is new.
  Url& knownUrl(const std::string& text, const std::optional<std::int32_t>& firstDay, bool& isNew);
  template <class... Values>
  std::int64_t findOrAdd(SQLite::Statement& find, SQLite::Statement& add, const Values&... values);

  const SQLite::Database& database_;
  SQLite::Statement findUrl_, addUrl_, setFirstDay_, findTerm_, addTerm_, findContext_, addContext_,
      findSeries_, addSeries_;
  std::unordered_map<std::string, Url> urls_;
  std::unordered_map<std::string, std::int64_t> terms_, series_;
  std::map<VisitContext, std::int64_t> contexts_;
};

/// The low 24 bits of FNV-1a's 32, as a number of three bytes in SQLite: −2^23 … 2^23 − 1.
std::int32_t urlHash(std::string_view text);

}  // namespace dwell::monitor
