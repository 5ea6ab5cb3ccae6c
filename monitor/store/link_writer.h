#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <functional>
#include <string_view>

#include "schemas/visit.h"

namespace dwell::monitor {

/// Writes what visits' pages offered, a table that is there already by its number. Within a transaction of
/// the caller's. Must not outlive the database.
class LinkWriter {
 public:
  explicit LinkWriter(const SQLite::Database& database);

  /// The visit is there; of one that is not, nothing is written.
  void write(const schemas::VisitLinks& links);

 private:
  SQLite::Statement findVisit_, findTable_, addTable_, writeVisit_;
};

/// Deletes the tables that no visit has any more; gives their number. For erasure and retention, in their
/// transaction.
int removeUnusedLinkTables(const SQLite::Database& database);

/// Takes the URLs for which `erase` is true out of all tables and presses; the links stay, without. Gives how
/// many it took. Reads every table.
std::int64_t eraseLinkUrls(const SQLite::Database& database,
                           const std::function<bool(std::string_view url)>& erase);

}  // namespace dwell::monitor
