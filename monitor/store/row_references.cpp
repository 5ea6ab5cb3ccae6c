#include "monitor/store/row_references.h"

#include <vector>

#include "base/statement.h"

namespace dwell::monitor {
namespace {

struct Reference {
  std::string table, column, target, targetColumn;
  bool goesWithIt = false;  ///< the row can't be without what it refers to
};

std::vector<Reference> references(const SQLite::Database& database) {
  SQLite::Statement row(
      database,
      "SELECT m.name, f.\"from\", f.\"table\", coalesce(f.\"to\", 'id'), "
      "t.\"notnull\" OR t.pk OR f.on_delete = 'CASCADE' FROM sqlite_master AS m "
      "JOIN pragma_foreign_key_list(m.name) AS f JOIN pragma_table_info(m.name) AS t ON t.name = f.\"from\" "
      "WHERE m.type = 'table'");
  std::vector<Reference> all;
  while (row.executeStep()) {
    all.push_back({row.getColumn(0).getString(), row.getColumn(1).getString(), row.getColumn(2).getString(),
                   row.getColumn(3).getString(), row.getColumn(4).getInt() != 0});
  }
  return all;
}

int mend(const SQLite::Database& database, const Reference& r) {
  const std::string dangling = " WHERE " + r.column + " IS NOT NULL AND " + r.column + " NOT IN (SELECT " +
                               r.targetColumn + " FROM " + r.target + ")";
  return executeOnce(database, r.goesWithIt
                                   ? "DELETE FROM " + r.table + dangling
                                   : "UPDATE " + r.table + " SET " + r.column + " = NULL" + dangling);
}

}  // namespace

void mendReferences(const SQLite::Database& database) {
  const auto all = references(database);
  for (int changed = 1; changed > 0;) {
    changed = 0;
    for (const Reference& reference : all) changed += mend(database, reference);
  }
}

void dropUnreferenced(const SQLite::Database& database, const std::string& table) {
  std::string used;
  for (const Reference& r : references(database)) {
    if (r.target != table) continue;
    used += (used.empty() ? "SELECT " : " UNION ALL SELECT ") + r.column + " FROM " + r.table + " WHERE " +
            r.column + " IS NOT NULL";
  }
  if (!used.empty()) executeOnce(database, "DELETE FROM " + table + " WHERE id NOT IN (" + used + ")");
}

}  // namespace dwell::monitor
