#include "monitor/store/visit_writer.h"

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
      write_(database, writeVisitSql()),
      writeSearch_(database, writeSearchSql()),
      removeSearch_(database, "DELETE FROM visit_search WHERE visit = ?"),
      writePress_(database,
                  "INSERT OR REPLACE INTO link_press (visit, press, link, url, hover_ms) "
                  "VALUES (?, ?, ?, ?, ?)"),
      isUnreported_(database, "SELECT 1 FROM unreported WHERE kind = 1 AND id = ?"),
      addUnreported_(database, "INSERT INTO unreported (kind, id) VALUES (1, ?)"),
      setFirstDay_(database,
                   "UPDATE url SET first_day = ?1 WHERE id = ?2 AND (first_day IS NULL OR first_day > ?1)"),
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
  const bool hasPage = !isCheckpoint(visit.url);  // else no sum is kept of it
  if (const auto known = open_.find(visit.id);
      isOpen && known != open_.end() && equalButLength(known->second, row)) {
    return true;
  }

  const bool exists = bound(find_, visit.id).executeStep();
  if (exists) {
    const bool unreported = bound(isUnreported_, visit.id).executeStep();
    isUnreported_.reset();
    if (!unreported) {
      find_.reset();
      return false;
    }
    const auto start = wallTime(find_.getColumn(1).getInt64());
    const UtcOffset offset(find_.getColumn(2).getInt());
    if (hasPage)
      addSum({localDay(start, offset), find_.getColumn(0).getInt64(), find_.getColumn(3).getInt64()}, -1,
             bucketsOf(optionalText(find_.getColumn(4))));
  }
  find_.reset();

  bindCells(write_, row.visit);
  write_.exec();
  write_.reset();
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
  const std::int64_t url = ids_.url(visit.url);
  const std::int32_t day = localDay(visit.start, visit.utcOffset);
  if (hasPage)
    addSum({day, url, static_cast<std::int64_t>(visit.accessType)}, 1, visit.attentionByInputAgeMs);
  if (!exists) {
    execute(addUnreported_, visit.id);
    if (hasPage) execute(setFirstDay_, day, url);
  }
  if (isOpen) {
    open_[visit.id] = std::move(row);
  } else {
    open_.erase(visit.id);
  }
  return true;
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
    if (bound(findSum_, day, url, type).executeStep()) {
      sum.visits += findSum_.getColumn(0).getInt64();
      const AgeBuckets before = bucketsOf(optionalText(findSum_.getColumn(1)));
      for (std::size_t i = 0; i < before.size(); ++i) sum.attention[i] += before[i];
    }
    findSum_.reset();
    execute(writeSum_, day, url, type, sum.visits, bucketText(sum.attention));
  }
  changes_.clear();
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
}

}  // namespace dwell::monitor
