#include "monitor/store/link_writer.h"

#include <string>

#include "base/statement.h"
#include "monitor/store/link_text.h"
#include "monitor/store/text_ids.h"

namespace dwell::monitor {
namespace {

std::string_view blobOf(const SQLite::Column& column) {
  return {static_cast<const char*>(column.getBlob()), static_cast<std::size_t>(column.getBytes())};
}

void bindBlob(SQLite::Statement& statement, int index, const std::string& bytes) {
  statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

}  // namespace

LinkWriter::LinkWriter(const SQLite::Database& database)
    : findVisit_(database, "SELECT 1 FROM visit WHERE id = ?"),
      findTable_(database, "SELECT id FROM link_table WHERE hash = ? AND content = ?"),
      addTable_(database, "INSERT INTO link_table (hash, links, content) VALUES (?, ?, ?) RETURNING id"),
      writeVisit_(database, "INSERT OR REPLACE INTO visit_links (visit, link_table) VALUES (?, ?)") {}

void LinkWriter::write(const schemas::VisitLinks& links) {
  const bool known = bound(findVisit_, links.visit).executeStep();
  findVisit_.reset();
  if (!known) return;
  const std::string content = packedLinks(*links.table);
  bindBlob(bound(findTable_, urlHash(content)), 2, content);
  const bool found = findTable_.executeStep();
  if (!found) {
    bindBlob(bound(addTable_, urlHash(content), links.table->size()), 3, content);
    addTable_.executeStep();
  }
  SQLite::Statement& holder = found ? findTable_ : addTable_;
  const std::int64_t table = holder.getColumn(0).getInt64();
  findTable_.reset();
  addTable_.tryReset();
  execute(writeVisit_, links.visit, table);
}

int removeUnusedLinkTables(const SQLite::Database& database) {
  return executeOnce(database,
                     "DELETE FROM link_table WHERE NOT EXISTS "
                     "(SELECT 1 FROM visit_links WHERE visit_links.link_table = link_table.id)");
}

std::int64_t eraseLinkUrls(const SQLite::Database& database,
                           const std::function<bool(std::string_view url)>& erase) {
  std::int64_t erased = 0;
  SQLite::Statement write(database, "UPDATE link_table SET hash = ?, content = ? WHERE id = ?");
  SQLite::Statement ids(database, "SELECT id FROM link_table");
  SQLite::Statement read(database, "SELECT content FROM link_table WHERE id = ?");
  std::vector<std::int64_t> tables;
  while (ids.executeStep()) tables.push_back(ids.getColumn(0).getInt64());
  for (const std::int64_t id : tables) {
    bound(read, id).executeStep();
    auto table = unpackedLinks(blobOf(read.getColumn(0)));
    read.reset();
    if (!table) continue;
    const std::int64_t before = erased;
    for (schemas::PageLink& link : *table) {
      if (link.url.empty() || !erase(link.url)) continue;
      link.url.clear();
      ++erased;
    }
    if (erased == before) continue;
    const std::string content = packedLinks(*table);
    bound(write, urlHash(content));
    bindBlob(write, 2, content);
    bindValue(write, 3, id);
    write.exec();
  }
  SQLite::Statement pressed(
      database, "SELECT DISTINCT u.id, u.text FROM link_press AS p JOIN url AS u ON u.id = p.url");
  SQLite::Statement forget(database, "UPDATE link_press SET url = NULL WHERE url = ?");
  std::vector<std::int64_t> urls;
  while (pressed.executeStep()) {
    if (erase(pressed.getColumn(1).getString())) urls.push_back(pressed.getColumn(0).getInt64());
  }
  for (const std::int64_t url : urls) erased += execute(forget, url);
  return erased;
}

}  // namespace dwell::monitor
