#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "schemas/visit.h"

namespace dwell::monitor {

/// Reads what visits' pages offered and what was pressed. A table is read once: visits with the same one
/// share it. Must not outlive the database.
class LinkReading {
 public:
  explicit LinkReading(const SQLite::Database& database);

  /// None: its page told of no links, or the table is damaged.
  std::shared_ptr<const schemas::LinkTable> table(std::int64_t visit);
  /// How many links its table has; 0 without.
  std::int64_t size(std::int64_t visit);
  std::vector<schemas::LinkPress> presses(std::int64_t visit);

 private:
  SQLite::Statement find_, read_, press_;
  std::map<std::int64_t, std::shared_ptr<const schemas::LinkTable>> tables_;
};

}  // namespace dwell::monitor
