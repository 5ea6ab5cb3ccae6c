#include "monitor/store/retention.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/database.h"
#include "base/statement.h"
#include "monitor/store/link_writer.h"
#include "monitor/store/row_references.h"
#include "monitor/store/store_schema.h"
#include "monitor/store/store_state.h"
#include "monitor/store/trusted_day.h"

namespace dwell::monitor {
namespace {

/// A step takes some milliseconds: a flush that comes meanwhile does not wait longer.
constexpr std::int64_t kRowsAStep = 500;
constexpr std::int64_t kBytesAMegabyte = 1'000'000;
/// Where the size was exceeded, room is made for a while: else each flush would exceed it again.
constexpr double kRoomAfterwards = 0.9;

/// Of the table agent_state: TrustedDay.
constexpr const char* kBelievedDay = "retention_day";
constexpr const char* kAheadSince = "retention_ahead_since";
constexpr const char* kAheadLast = "retention_ahead_last";
constexpr std::int64_t kNoDay = -1;

const std::string kVisitDay = "((v.start_ms + c.utc_offset_min * 60000) / 86400000)";

}  // namespace

struct Retention::State {
  State(SQLite::Database opened, const RetentionPolicy& wanted)
      : database(std::move(opened)), policy(wanted) {
    database.exec("PRAGMA foreign_keys = OFF");  // row_references.h
  }

  std::string dayOf(const std::string& time) const {
    return "((" + time + " + " + std::to_string(policy.offset.count()) + " * 60000) / 86400000)";
  }

  std::optional<std::int64_t> first(const std::string& sql) const {
    SQLite::Statement row(database, sql);
    return row.executeStep() ? optionalInt(row.getColumn(0)) : std::nullopt;
  }

  std::int64_t usedBytes() {
    const auto number = [this](const char* pragma) { return database.execAndGet(pragma).getInt64(); };
    return (number("PRAGMA page_count") - number("PRAGMA freelist_count")) * number("PRAGMA page_size");
  }

  std::int64_t oldestDay() const {
    const auto visit = first("SELECT min(" + kVisitDay +
                             ") FROM (SELECT * FROM visit ORDER BY start_ms LIMIT 1) AS v "
                             "JOIN visit_context AS c ON c.id = v.context");
    const auto sum = first("SELECT min(day) FROM page_day");
    constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();
    return std::min(visit.value_or(kNone), sum.value_or(kNone));
  }

  /// The first day with something that no report holds yet.
  std::int64_t firstUnreportedDay() const {
    std::int64_t day = std::numeric_limits<std::int64_t>::max();
    const auto consider = [&](const std::string& sql) { day = std::min(day, first(sql).value_or(day)); };
    consider("SELECT min(" + kVisitDay +
             ") FROM unreported AS w JOIN visit AS v ON v.id = w.id JOIN visit_context AS c ON c.id = "
             "v.context WHERE w.kind = 1");
    consider("SELECT min(" + dayOf("s.start_ms") +
             ") FROM unreported AS w JOIN session AS s ON s.id = w.id WHERE w.kind = 2");
    consider("SELECT min(" + dayOf("t.start_ms") +
             ") FROM unreported AS w JOIN trajectory AS t ON t.id = w.id WHERE w.kind = 3");
    consider(
        "SELECT min(" + kVisitDay +
        ") FROM unreported AS w JOIN search AS s ON s.id = w.id, json_each(s.serp_visits) AS serp "
        "JOIN visit AS v ON v.id = serp.value JOIN visit_context AS c ON c.id = v.context WHERE w.kind = 4");
    consider("SELECT min(" + dayOf("m.time_ms") +
             ") FROM unreported AS w JOIN mark AS m ON m.id = w.id WHERE w.kind = 5");
    return day;
  }

  /// Whether `policy.today` may be believed; noted for the next time.
  bool todayIsTrusted() const {
    TrustedDay before;
    const auto read = [this](const char* key) -> std::optional<std::int32_t> {
      const std::int64_t day = stateValue(database, key, kNoDay);
      return day == kNoDay ? std::nullopt : std::optional(static_cast<std::int32_t>(day));
    };
    before.last = read(kBelievedDay);
    before.aheadSince = read(kAheadSince);
    before.aheadLast = read(kAheadLast);
    if (const std::int64_t flushed = stateValue(database, kLastFlush, 0); !before.last && flushed > 0)
      before.last = localDay(wallTime(flushed), policy.offset);
    TrustedDay day = before;
    const bool believed = day.believe(policy.today);
    if (day == before) return believed;
    const auto note = [this](const char* key, const std::optional<std::int32_t>& value) {
      writeStateValue(database, key, value ? *value : kNoDay);
    };
    note(kBelievedDay, day.last);
    note(kAheadSince, day.aheadSince);
    note(kAheadLast, day.aheadLast);
    return believed;
  }

  /// Days before this one go now.
  std::int64_t firstDayToKeep() {
    std::int64_t keep = 0;
    if (policy.days > 0 && !trusted) trusted = todayIsTrusted();
    if (policy.days > 0 && *trusted) keep = std::max<std::int64_t>(0, policy.today - policy.days);
    if (policy.enrolled) {
      // Once: what comes meanwhile is of later days.
      if (!unreportedDay) unreportedDay = firstUnreportedDay();
      keep = std::min(keep, *unreportedDay);
    }
    if (policy.megabytes == 0) return keep;
    const auto most = static_cast<double>(policy.megabytes * kBytesAMegabyte);
    const auto used = static_cast<double>(usedBytes());
    makingRoom = used > (makingRoom ? kRoomAfterwards : 1.0) * most;
    // The day that is being recorded stays.
    if (makingRoom && oldestDay() < policy.today) keep = std::max(keep, oldestDay() + 1);
    return keep;
  }

  /// Of a table with an id; `which` names it t.
  std::int64_t remove(const std::string& table, int kind, const std::string& which) {
    executeOnce(database, "DELETE FROM removed");
    const int count = executeOnce(database, "INSERT INTO removed SELECT t.id FROM " + table + " AS t WHERE " +
                                                which + " ORDER BY t.id LIMIT " + std::to_string(kRowsAStep));
    if (count == 0) return 0;
    executeOnce(database, "DELETE FROM unreported WHERE kind = ? AND id IN (SELECT id FROM removed)", kind);
    executeOnce(database, "DELETE FROM unsampled WHERE kind = ? AND id IN (SELECT id FROM removed)", table);
    executeOnce(database, "DELETE FROM " + table + " WHERE id IN (SELECT id FROM removed)");
    return count;
  }

  bool removeVisits(std::int64_t keep) {
    executeOnce(database, "DELETE FROM removed");
    // The window of the index is wider than the days by any time zone's difference.
    const std::int64_t before = (keep + 2) * 86'400'000;
    const int count = executeOnce(
        database,
        "INSERT INTO removed SELECT v.id FROM visit AS v JOIN visit_context AS c ON c.id = v.context "
        "WHERE v.start_ms < ? AND v.exit <> 255 AND " +
            kVisitDay + " < ? ORDER BY v.start_ms LIMIT ?",
        before, keep, kRowsAStep);
    if (count == 0) return false;
    if (policy.enrolled) {
      const auto lost =
          first("SELECT count(*) FROM unreported WHERE kind = 1 AND id IN (SELECT id FROM removed)")
              .value_or(0);
      for (const char* table : {"loss", "unreported_loss"}) {
        if (lost > 0)
          executeOnce(database,
                      std::string("INSERT INTO ") + table +
                          " AS t (cause, count) VALUES ('retention.unreported', ?) "
                          "ON CONFLICT DO UPDATE SET count = t.count + excluded.count",
                      lost);
      }
    }
    executeOnce(database, "DELETE FROM unreported WHERE kind = 1 AND id IN (SELECT id FROM removed)");
    executeOnce(database, "DELETE FROM unsampled WHERE kind = 'visit' AND id IN (SELECT id FROM removed)");
    for (const char* table : {"visit_search", "visit_links", "link_press"})
      executeOnce(database, std::string("DELETE FROM ") + table + " WHERE visit IN (SELECT id FROM removed)");
    executeOnce(database, "DELETE FROM visit WHERE id IN (SELECT id FROM removed)");
    return true;
  }

  bool removeRecords(std::int64_t keep) {
    const std::string before = " < " + std::to_string(keep);
    if (remove("session", 2, dayOf("t.end_ms") + before) > 0) return true;
    if (remove("trajectory", 3, "t.end_reason IS NOT NULL AND " + dayOf("t.end_ms") + before) > 0)
      return true;
    if (remove("mark", 5, dayOf("t.time_ms") + before) > 0) return true;
    // A search goes when its result pages have gone: nothing else says when it was.
    const bool searches =
        remove(
            "search", 4,
            "t.id IN (SELECT id FROM search ORDER BY id LIMIT " + std::to_string(kRowsAStep) +
                ") AND NOT EXISTS (SELECT 1 FROM json_each(t.serp_visits) AS serp JOIN visit AS v ON v.id = "
                "serp.value)") > 0;
    if (searches)
      executeOnce(database, "DELETE FROM search_result WHERE search NOT IN (SELECT id FROM search)");
    return searches;
  }

  bool removeDay(std::int64_t keep) {
    const auto oldest = first("SELECT min(day) FROM page_day");
    if (!oldest || *oldest >= keep) return false;
    executeOnce(database, "DELETE FROM page_day WHERE day = ?", *oldest);
    return true;
  }

  bool removeSome() {
    const std::int64_t keep = firstDayToKeep();
    if (removeVisits(keep) || removeDay(keep) || removeRecords(keep)) return changed = true;
    if (!std::exchange(changed, false)) return false;
    removeUnusedLinkTables(database);
    for (const char* table : {"url", "term", "visit_context"}) dropUnreferenced(database, table);
    return makingRoom;  // what that has freed may not be enough
  }

  SQLite::Database database;
  RetentionPolicy policy;
  std::optional<bool> trusted;  ///< whether it is really `policy.today`
  std::optional<std::int64_t> unreportedDay;
  bool makingRoom = false;
  bool changed = false;  ///< rows were removed since the last look for what nothing names
};

Retention::Retention(std::unique_ptr<State> state) : state_(std::move(state)) {}
Retention::~Retention() = default;
Retention::Retention(Retention&&) noexcept = default;
Retention& Retention::operator=(Retention&&) noexcept = default;

Expected<Retention> Retention::open(const std::filesystem::path& file, const RetentionPolicy& policy) {
  auto database = openDatabase(file, storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  database->exec("CREATE TEMP TABLE removed (id INTEGER PRIMARY KEY) STRICT");
  return Retention(std::make_unique<State>(std::move(*database), policy));
}

bool Retention::step() {
  if (state_->policy.days == 0 && state_->policy.megabytes == 0) return false;
  SQLite::Transaction transaction(state_->database, SQLite::TransactionBehavior::IMMEDIATE);
  const bool more = state_->removeSome();
  transaction.commit();
  return more;
}

}  // namespace dwell::monitor
