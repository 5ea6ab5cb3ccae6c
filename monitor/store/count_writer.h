#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "monitor/store/text_ids.h"
#include "schemas/report.h"

namespace dwell::monitor {

/// Adds deltas of histograms, coverage and losses to what the store has, and to what waits to be reported.
/// Within a transaction of the caller's.
class CountWriter {
 public:
  CountWriter(const SQLite::Database& database, TextIds& ids);

  /// Gives the number of samples left out because the store has other edges for their bucket.
  std::int64_t add(const schemas::ReportHistogram& delta);
  void add(const schemas::CoverageDay& delta);
  void addLoss(const std::string& cause, std::int64_t count);

 private:
  /// One statement for the total, one for what is unreported.
  using Pair = std::array<SQLite::Statement, 2>;
  static Pair both(const SQLite::Database& database, const std::string& table, const std::string& rest);

  TextIds& ids_;
  SQLite::Statement addBucket_, addSum_;
  Pair addCoverage_, addLoss_;
};

}  // namespace dwell::monitor
