#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>

#include "base/settings.h"
#include "monitor/store/erasure_selection.h"

namespace dwell::monitor {

/// Erases out of the bytes of sealed reports; gives how many. A report that holds nothing of it stays as it
/// is. Of the others:
/// one that waits and has never been on its way to the collector is replaced by one without it, with a new id
/// and the same number;
/// one that waits and may have arrived is given up, with the reason "erased": sent again under another id it
/// could count twice;
/// of all others the bytes go. Id, time and digest stay of each.
/// Within the transaction of eraseRows(), after it: reads `erased_visit`.
std::int64_t eraseReports(const SQLite::Database& database, const ErasureSelection& selection,
                          const Settings& settings, WallTime now);

}  // namespace dwell::monitor
