#include "app/ctl/temporary_database.h"

namespace dwell::app {

SQLite::Database temporaryDatabase(const char* schema) {
  SQLite::Database database("", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
  // Nobody else sees it and nothing of it is to survive: no journal, and one transaction that never ends.
  database.exec(
      "PRAGMA page_size=8192; PRAGMA cache_size=-256; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;");
  database.exec(schema);
  database.exec("BEGIN");
  return database;
}

}  // namespace dwell::app
