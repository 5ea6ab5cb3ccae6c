#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/faults/world.h"

namespace dwell::tests {

/// What a whole run came to. Every number but the attention is 0 when all promises were kept.
struct Verdict {
  std::int64_t lostVisits = 0;  ///< committed as ended, and not in the store or in no report
  std::int64_t doubledCounts =
      0;  ///< visits in two reports, samples that the store or the reports have too often
  std::int64_t lostCounts = 0;  ///< samples that were committed, and are not in the store or in no report
  std::int64_t strayReports =
      0;                     ///< acknowledged or delivered and not stored once with these bytes, or unsent
  std::int64_t unwhole = 0;  ///< databases that are damaged or were salvaged
  std::int64_t attentionMs = 0;  ///< in the store
  std::int64_t beforeConsent =
      0;  ///< visits left out of reports, and counted so, since the clock was before the consent
  std::vector<std::string> faults;  ///< in words
};

/// By the ledger, the store and the collector's spool. Reads the databases with SQL of its own.
Verdict judge(const RunFolders& folders);

}  // namespace dwell::tests
