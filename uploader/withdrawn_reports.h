#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>

#include "base/time.h"
#include "uploader/report_builder.h"

namespace dwell::uploader {

/// Where each participant agrees for themselves: reports that wait and were sealed under the act of one who
/// has none in `frame` go into quarantine, others' rows in them with theirs. Gives how many.
/// Errors: throws SQLite::Exception.
std::size_t holdBackWithdrawn(SQLite::Database& database, const ReportFrame& frame, WallTime now);

}  // namespace dwell::uploader
