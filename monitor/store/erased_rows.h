#pragma once

#include <SQLiteCpp/Database.h>

#include <string>
#include <vector>

#include "base/settings.h"
#include "monitor/store/erasure.h"
#include "monitor/store/erasure_selection.h"

namespace dwell::monitor {

/// Erases measurements; within a transaction of the caller's, with foreign keys off.
/// Leaves the temporary table `erased_visit` (id) behind.
Erased eraseRows(const SQLite::Database& database, const ErasureSelection& selection,
                 const Settings& settings);

/// The tables that hold measurements: all rows of these go when everything is erased.
const std::vector<std::string>& measuredTables();

}  // namespace dwell::monitor
