#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>

#include "base/time.h"
#include "uploader/report_builder.h"

namespace dwell::uploader {

/// What one report may have at most.
struct SealLimits {
  std::size_t rows = 5'000;           ///< UnreportedQuery::limit
  std::size_t packedBytes = 1 << 20;  ///< gzip; of the collector's 4 MiB
  std::size_t jsonBytes = 8 << 20;    ///< half of what the collector inflates
};

/// Takes what is not yet reported, builds the report, packs it and puts it into the outbox, in one
/// transaction: each visit and each count is in exactly one report. What does not fit waits for the next
/// call. A single row that is beyond the limits alone is sealed alone.
///
/// All but the marking is done from a snapshot, without keeping the agent from writing; SQLite refuses the
/// write if anything was written since, and it is done again. After some refusals a small report is made
/// under the write lock. Gives whether there was anything. Errors: throws SQLite::Exception; nothing was
/// changed then.
bool seal(SQLite::Database& database, const ReportFrame& frame, WallTime now, SealLimits limits = {});

}  // namespace dwell::uploader
