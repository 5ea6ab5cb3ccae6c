#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/digest.h"
#include "monitor/store/erasure.h"

namespace dwell::monitor {

/// Which rows an Erasure means. Threads: one.
class ErasureSelection {
 public:
  /// `key`: of the machine's keyed hashes, if it has one: a host is found by its hash, too.
  ErasureSelection(Erasure erasure, UtcOffset offset, const std::optional<HashKey>& key);

  const Erasure& erasure() const { return erasure_; }
  /// True for every URL or day where the erasure names none.
  bool holdsUrl(std::string_view url) const;
  bool holdsHost(std::string_view host) const;
  bool holdsDay(std::int32_t day) const;
  bool holdsTime(WallTime time) const { return holdsDay(localDay(time, offset_)); }
  UtcOffset offset() const { return offset_; }

  /// Makes the SQL function `is_erased_url(text)` for `database`; the selection must outlive it.
  void addFunction(const SQLite::Database& database) const;
  /// An expression over a table's columns that says which of its rows are meant: visit AS v with
  /// visit_context AS c, page_day AS d, or a time in milliseconds.
  std::string ofVisits() const;
  std::string ofPageDays() const;
  std::string ofTime(const std::string& column) const;

 private:
  std::string ofDay(const std::string& day) const;
  std::string ofUrl(const std::string& url) const;

  Erasure erasure_;
  UtcOffset offset_;
  std::string hash_;  ///< of the host; empty: there are none
};

}  // namespace dwell::monitor
