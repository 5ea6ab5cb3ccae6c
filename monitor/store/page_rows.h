#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "schemas/visit.h"

namespace dwell::monitor {

/// Local days, first and last included.
struct DayRange {
  std::optional<std::int32_t> first, last;
};

/// The visits of one URL together.
struct PageSum {
  struct ByAccess {
    schemas::AccessType type = schemas::AccessType::kUnknown;
    std::int64_t visits = 0;
  };
  std::string url;
  std::int64_t visits = 0;
  schemas::AgeBuckets attentionByInputAgeMs{};  ///< activeMs() gives active time at any idle threshold
  std::vector<ByAccess> accessTypes;            ///< in order of type
};

/// Adds the daily sums of `days` up per URL; in order of attention, most first; at most `limit`, 0: all.
/// Little longer than SQLite takes to look at those sums (tests/bench/store_bench: 1.2 million in a heavy
/// user's year); each page given costs some microseconds more, for its texts: ask for as many as are shown.
std::vector<PageSum> readPages(const SQLite::Database& database, const DayRange& days, std::size_t limit);

}  // namespace dwell::monitor
