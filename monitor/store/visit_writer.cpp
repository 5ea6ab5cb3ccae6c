#include "monitor/store/visit_writer.h"

#include <stdexcept>

#include "base/statement.h"
#include "monitor/record/checkpoint.h"
#include "monitor/store/number_text.h"

namespace dwell::monitor {
namespace {

using schemas::AgeBuckets;
using schemas::Visit;

bool equalButLength(const VisitRow& a, const VisitRow& b) {
  for (std::size_t i = 0; i < kVisitColumns; ++i) {
    if (i != kLengthColumn && a.visit[i] != b.visit[i]) return false;
  }
  return a.search == b.search;
}

int writeCells(SQLite::Statement& statement, const VisitRow& row) {
  bindCells(statement, row.visit);
  const int changed = statement.exec();
  statement.reset();
  return changed;
}

std::int64_t integerOf(const Cell& cell) { return std::get<std::int64_t>(cell); }
std::optional<std::string> textOf(const Cell& cell) {
  const auto* const text = std::get_if<std::string>(&cell);
  return text != nullptr ? std::optional(*text) : std::nullopt;
}

AgeBuckets bucketsOf(const std::optional<std::string>& text) {
  return text ? bucketsFromText(*text) : AgeBuckets{};
}

}  // namespace

VisitWriter::VisitWriter(const SQLite::Database& database, TextIds& ids)
    : database_(database),
      ids_(ids),
      find_(database,
            "SELECT v.url, v.start_ms, c.utc_offset_min, v.access_type, v.attention_by_input_age_ms "
            "FROM visit AS v JOIN visit_context AS c ON c.id = v.context WHERE v.id = ?"),
      add_(database, addVisitSql()),
      change_(database, changeVisitSql()),
      grow_(database, growVisitSql()),
      writeSearch_(database, writeSearchSql()),
      removeSearch_(database, "DELETE FROM visit_search WHERE visit = ?"),
      writePress_(database,
                  "INSERT OR REPLACE INTO link_press (visit, press, link, url, hover_ms) "
                  "VALUES (?, ?, ?, ?, ?)"),
      isUnreported_(database, "SELECT 1 FROM unreported WHERE kind = 1 AND id = ?"),
      addUnreported_(database, "INSERT INTO unreported (kind, id) VALUES (1, ?)"),
      findSum_(database,
               "SELECT visits, attention_by_input_age_ms FROM page_day "
               "WHERE day = ? AND url = ? AND access_type = ?"),
      writeSum_(database,
                "INSERT OR REPLACE INTO page_day (day, url, access_type, visits, attention_by_input_age_ms) "
                "VALUES (?, ?, ?, ?, ?)"),
      remove_(database, "DELETE FROM visit WHERE id = ?"),
      removeUnreported_(database, "DELETE FROM unreported WHERE kind = 1 AND id = ?") {}

bool VisitWriter::write(const Visit& visit) {
  VisitRow row = visitRow(visit, ids_);
  const bool isOpen = visit.exit == schemas::Exit::kOpen;
  const auto known = open_.find(visit.id);
  const bool wasOpen = known != open_.end();
  if (isOpen && wasOpen && equalButLength(known->second, row)) return true;

  bool exists = true;
  if (wasOpen) {  // so no report has it
    const VisitRow& before = known->second;
    writeCells(isOpen && keepsItsPlace(before, row) ? grow_ : change_, row);
    takeSum(visit, {before.day, before.url.id, integerOf(before.visit[kAccessTypeColumn])},
            bucketsOf(textOf(before.visit[kAttentionColumn])));
  } else if (writeCells(add_, row) > 0) {
    exists = false;
  } else {
    if (!takeOldSum(visit)) return false;
    writeCells(change_, row);
  }
  if (row.search) {
    bindCells(writeSearch_, *row.search);
    writeSearch_.exec();
    writeSearch_.reset();
  } else if (exists) {
    execute(removeSearch_, visit.id);
  }
  std::int64_t number = 0;
  for (const schemas::LinkPress& press : visit.presses) {
    const auto pressedUrl = press.url.empty() ? std::nullopt : std::optional(ids_.url(press.url));
    execute(writePress_, visit.id, ++number, press.link, pressedUrl, press.hoverMs);
  }
  if (!isCheckpoint(visit.url)) {
    addSum({row.day, row.url.id, static_cast<std::int64_t>(visit.accessType)}, 1,
           visit.attentionByInputAgeMs);
    if (row.url.first) firstVisited_.insert(row.url.id);
  }
  if (!exists) execute(addUnreported_, visit.id);
  if (isOpen) {
    open_[visit.id] = std::move(row);
  } else {
    open_.erase(visit.id);
  }
  return true;
}

bool VisitWriter::takeOldSum(const Visit& visit) {
  const bool unreported = bound(isUnreported_, visit.id).executeStep();
  isUnreported_.reset();
  if (!unreported) return false;
  if (!bound(find_, visit.id).executeStep()) throw std::runtime_error("a visit is not there");
  const auto start = wallTime(find_.getColumn(1).getInt64());
  const UtcOffset offset(find_.getColumn(2).getInt());
  takeSum(visit, {localDay(start, offset), find_.getColumn(0).getInt64(), find_.getColumn(3).getInt64()},
          bucketsOf(optionalText(find_.getColumn(4))));
  find_.reset();
  return true;
}

void VisitWriter::takeSum(const Visit& visit, const SumKey& key, const AgeBuckets& attention) {
  if (!isCheckpoint(visit.url)) addSum(key, -1, attention);
}

void VisitWriter::remove(std::int64_t visit) {
  execute(remove_, visit);
  execute(removeUnreported_, visit);
  open_.erase(visit);
}

void VisitWriter::addSum(const SumKey& key, std::int64_t sign, const AgeBuckets& attention) {
  Sum& sum = changes_[key];
  sum.visits += sign;
  for (std::size_t i = 0; i < attention.size(); ++i) sum.attention[i] += sign * attention[i];
}

void VisitWriter::finish() {
  for (auto& [key, change] : changes_) {
    const auto& [day, url, type] = key;
    Sum sum = change;
    if (firstVisited_.count(url) == 0) {
      if (bound(findSum_, day, url, type).executeStep()) {
        sum.visits += findSum_.getColumn(0).getInt64();
        const AgeBuckets before = bucketsOf(optionalText(findSum_.getColumn(1)));
        for (std::size_t i = 0; i < before.size(); ++i) sum.attention[i] += before[i];
      }
      findSum_.reset();
    }
    execute(writeSum_, day, url, type, sum.visits, bucketText(sum.attention));
  }
  changes_.clear();
  firstVisited_.clear();
}

void VisitWriter::sumAnew() {
  executeOnce(database_, "DELETE FROM page_day");
  SQLite::Statement visit(database_,
                          "SELECT v.url, v.start_ms, c.utc_offset_min, v.access_type, "
                          "v.attention_by_input_age_ms FROM visit AS v "
                          "JOIN visit_context AS c ON c.id = v.context "
                          "WHERE v.url NOT IN (SELECT id FROM url WHERE text LIKE 'groups:%')");
  while (visit.executeStep()) {
    const std::int32_t day =
        localDay(wallTime(visit.getColumn(1).getInt64()), UtcOffset(visit.getColumn(2).getInt()));
    addSum({day, visit.getColumn(0).getInt64(), visit.getColumn(3).getInt64()}, 1,
           bucketsOf(optionalText(visit.getColumn(4))));
  }
  finish();
}

void VisitWriter::forget() {
  open_.clear();
  changes_.clear();
  firstVisited_.clear();
}

}  // namespace dwell::monitor
