#include "monitor/store/link_reading.h"

#include <utility>

#include "base/statement.h"
#include "monitor/store/link_text.h"

namespace dwell::monitor {

LinkReading::LinkReading(const SQLite::Database& database)
    : find_(database, "SELECT link_table, links FROM link_table_v1 WHERE visit = ?"),
      read_(database, "SELECT content FROM link_table WHERE id = ?"),
      press_(database, "SELECT link, url, hover_ms FROM link_press_v1 WHERE visit = ? ORDER BY press") {}

std::shared_ptr<const schemas::LinkTable> LinkReading::table(std::int64_t visit) {
  const bool found = bound(find_, visit).executeStep();
  const std::int64_t id = found ? find_.getColumn(0).getInt64() : 0;
  find_.reset();
  if (!found) return nullptr;
  const auto [known, isNew] = tables_.try_emplace(id);
  if (isNew && bound(read_, id).executeStep()) {
    const SQLite::Column content = read_.getColumn(0);
    auto links = unpackedLinks(
        {static_cast<const char*>(content.getBlob()), static_cast<std::size_t>(content.getBytes())});
    if (links) known->second = std::make_shared<const schemas::LinkTable>(std::move(*links));
  }
  read_.reset();
  return known->second;
}

std::int64_t LinkReading::size(std::int64_t visit) {
  const std::int64_t links = bound(find_, visit).executeStep() ? find_.getColumn(1).getInt64() : 0;
  find_.reset();
  return links;
}

std::vector<schemas::LinkPress> LinkReading::presses(std::int64_t visit) {
  std::vector<schemas::LinkPress> presses;
  bound(press_, visit);
  while (press_.executeStep()) {
    presses.push_back({optionalInt(press_.getColumn(0)), optionalText(press_.getColumn(1)).value_or(""),
                       press_.getColumn(2).getInt64()});
  }
  press_.reset();
  return presses;
}

}  // namespace dwell::monitor
