#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>

#include "base/error.h"

namespace dwell::collector {

/// Opens the collector's database in `dataDir` for writing, with full durability; folder and file are made
/// if absent. Errors: as openDatabase(); the folder is somebody else's.
Expected<SQLite::Database> openCollectorDatabase(const std::filesystem::path& dataDir);

/// For reading only, also while the server writes. Errors: nothing was ever stored there.
Expected<SQLite::Database> openCollectorDatabaseForReading(const std::filesystem::path& dataDir);

}  // namespace dwell::collector
