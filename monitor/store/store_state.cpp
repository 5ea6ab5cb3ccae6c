#include "monitor/store/store_state.h"

#include "base/statement.h"

namespace dwell::monitor {

std::int64_t stateValue(const SQLite::Database& database, const std::string& key, std::int64_t otherwise) {
  SQLite::Statement find(database, "SELECT value FROM agent_state WHERE key = ?");
  return bound(find, key).executeStep() ? find.getColumn(0).getInt64() : otherwise;
}

void writeStateValue(const SQLite::Database& database, const std::string& key, std::int64_t value) {
  executeOnce(database,
              "INSERT INTO agent_state (key, value) VALUES (?, ?) "
              "ON CONFLICT DO UPDATE SET value = excluded.value",
              key, value);
}

}  // namespace dwell::monitor
