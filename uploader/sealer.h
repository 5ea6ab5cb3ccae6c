#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>

#include "base/time.h"
#include "uploader/report_builder.h"

namespace dwell::uploader {

/// Takes what is not yet reported, builds the report, packs it and puts it into the outbox, in one
/// transaction: each visit and each count is in exactly one report. The reading is done from a snapshot,
/// without keeping the agent from writing; when the agent has written meanwhile, SQLite refuses the write and
/// all is done again under the write lock. `limit`: visits in one report at most. Errors: throws
/// SQLite::Exception; nothing was changed then.
bool seal(SQLite::Database& database, const ReportFrame& frame, WallTime now, std::size_t limit = 5'000);

}  // namespace dwell::uploader
