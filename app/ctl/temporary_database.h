#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

namespace dwell::app {

/// A temporary database of SQLite: a file without a name, gone with its connection. Memory: its cache of 1
/// MiB. `schema`: the statements that make it. Throws SQLite::Exception when there is no room for it.
SQLite::Database temporaryDatabase(const char* schema);

}  // namespace dwell::app
