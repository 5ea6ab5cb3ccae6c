#include "monitor/store/unreported.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/statement.h"
#include "monitor/store/link_reading.h"
#include "monitor/store/record_rows.h"
#include "monitor/store/visit_reading.h"

namespace dwell::monitor {
namespace {

/// Activity reaches the store up to a flush (10 s) late; until then its session is not known to go on.
constexpr Millis kFlushMargin = std::chrono::minutes(1);

/// `id`: an expression.
std::string waiting(UnreportedKind kind, const std::string& id = "id") {
  return id + " IN (SELECT id FROM unreported WHERE kind = " + std::to_string(number(kind)) + ")";
}

/// `session`: an expression. A session is in progress if it is the last one and its pause has not passed
/// (?1: the end that it would need for that).
std::string sessionOver(const std::string& session) {
  return "(" + session + " IS NULL OR NOT EXISTS (SELECT 1 FROM session AS s WHERE s.id = " + session +
         " AND s.end_ms > ?1 AND s.id = (SELECT max(id) FROM session)))";
}

/// [participant, ms] of each act that the query names (?2); NULL: it names none.
std::optional<std::string> actsJson(const UnreportedQuery& query) {
  if (query.acts.empty()) return std::nullopt;
  auto json = nlohmann::json::array();
  for (const auto& act : query.acts) json.push_back({act.participant, toMs(act.accepted)});
  return json.dump();
}

constexpr const char* kOfWhoAgreed =
    "(?2 IS NULL OR c.participant IN (SELECT json_extract(value, '$[0]') FROM json_each(?2)))";

/// Whether one of `visits` (a FROM clause with `visit AS v`, and what it must meet) is of who agreed, since
/// they did.
std::string hasVisitOfWhoAgreed(const std::string& visits, const std::string& condition) {
  return "(?2 IS NULL OR EXISTS (SELECT 1 FROM " + visits +
         " JOIN visit_context AS c ON c.id = v.context "
         "JOIN json_each(?2) AS act ON json_extract(act.value, '$[0]') = c.participant "
         "WHERE v.start_ms >= json_extract(act.value, '$[1]') AND " +
         condition + "))";
}

/// What still goes into these rows.
class Room {
 public:
  explicit Room(const UnreportedQuery& query) : rows_(query.limit), bytes_(query.bytes) {}

  /// Whether one of so many rows and bytes of text has a place; if so, it is taken. The first always has.
  bool take(std::size_t rows, std::size_t bytes) {
    if (!empty_ && (rows > rows_ || bytes > bytes_)) {
      full_ = true;
      return false;
    }
    empty_ = false;
    rows_ -= std::min(rows, rows_);
    bytes_ -= std::min(bytes, bytes_);
    return true;
  }
  bool full() const { return full_; }

 private:
  std::size_t rows_, bytes_;
  bool empty_ = true, full_ = false;
};

std::size_t textOf(const schemas::Visit& visit) {
  std::size_t bytes = visit.url.size() + visit.label.value_or("").size();
  if (visit.serp) bytes += visit.serp->query.size();
  if (visit.resultsPage) bytes += visit.resultsPage->query.size();
  return bytes;
}

std::size_t textOf(const schemas::Search& search) {
  std::size_t bytes = search.query.size();
  for (const auto& result : search.results) bytes += result.url.size();
  return bytes;
}

/// Whole ones: the sum of one day is in one report.
void readHistograms(const SQLite::Database& database, Room& room, UnreportedRows& rows) {
  SQLite::Statement row(database,
                        "SELECT s.name, s.page_group, h.day, h.low, h.high, h.count - h.reported, "
                        "coalesce(t.sum - t.reported, 0) FROM histogram AS h "
                        "JOIN histogram_series AS s ON s.id = h.series "
                        "LEFT JOIN histogram_sum AS t ON t.day = h.day AND t.series = h.series "
                        "WHERE h.count <> h.reported ORDER BY h.series, h.day, h.low");
  auto& histograms = rows.histograms;
  while (row.executeStep()) {
    schemas::ReportHistogram next{row.getColumn(0).getString(),
                                  row.getColumn(1).getString(),
                                  row.getColumn(2).getInt(),
                                  row.getColumn(6).getInt64(),
                                  {}};
    if (histograms.empty() || histograms.back().name != next.name || histograms.back().group != next.group ||
        histograms.back().day != next.day) {
      if (!histograms.empty() && !room.take(1 + histograms.back().buckets.size(), 0)) {
        histograms.pop_back();
        return;
      }
      histograms.push_back(std::move(next));
    }
    histograms.back().buckets.push_back(
        {row.getColumn(3).getInt64(), row.getColumn(4).getInt64(), row.getColumn(5).getInt64()});
  }
  if (!histograms.empty() && !room.take(1 + histograms.back().buckets.size(), 0)) histograms.pop_back();
}

void readMarks(const SQLite::Database& database, Room& room, UnreportedRows& rows) {
  SQLite::Statement row(database, "SELECT id, time_ms, name, value FROM mark_v1 WHERE " +
                                      waiting(UnreportedKind::kMark) + " ORDER BY id");
  while (!room.full() && row.executeStep()) {
    schemas::ReportMark mark{wallTime(row.getColumn(1).getInt64()), row.getColumn(2).getString(),
                             row.getColumn(3).getString()};
    if (!room.take(1, mark.name.size() + mark.value.size())) return;
    rows.markIds.push_back(row.getColumn(0).getInt64());
    rows.marks.push_back(std::move(mark));
  }
}

/// What the pages of the visits offered and what was pressed. Visits from the first on for which there would
/// be more than `limit` links and presses wait for the next report.
void readLinks(const SQLite::Database& database, std::size_t limit, UnreportedRows& rows) {
  LinkReading reading(database);
  std::set<const schemas::LinkTable*> tables;
  std::size_t size = 0;
  for (std::size_t i = 0; i < rows.visits.size(); ++i) {
    schemas::Visit& visit = rows.visits[i];
    if (visit.linksPressed > 0) visit.presses = reading.presses(visit.id);
    const auto table = reading.table(visit.id);
    size += visit.presses.size();
    if (table && tables.insert(table.get()).second) size += table->size();
    if (size > limit && i > 0) return rows.visits.resize(i);
    if (table) rows.links.push_back({visit.id, table});
  }
}

/// All but what is only counted.
void readRows(const SQLite::Database& database, const UnreportedQuery& query, Room& room,
              UnreportedRows& rows) {
  const WallTime overBefore = query.now - query.sessionPause - kFlushMargin;
  SQLite::Statement visit(database, readVisitSql() + " WHERE " + waiting(UnreportedKind::kVisit, "v.id") +
                                        " AND v.exit <> 255 AND ((s.serp_visit IS NULL AND "
                                        "s.results_count IS NULL) OR " +
                                        sessionOver("v.session") + ") AND " + kOfWhoAgreed +
                                        " ORDER BY v.id");
  const auto acts = actsJson(query);
  bound(visit, overBefore, acts);
  while (!room.full() && visit.executeStep()) {
    schemas::Visit next = readVisit(visit);
    if (room.take(1, textOf(next))) rows.visits.push_back(std::move(next));
  }

  const std::size_t visits = rows.visits.size();
  readLinks(database, query.links, rows);
  const bool someWait = rows.visits.size() < visits;

  SQLite::Statement session(database, readSessionSql() + " WHERE " + waiting(UnreportedKind::kSession) +
                                          " AND " + sessionOver("session_v1.id") + " AND " +
                                          hasVisitOfWhoAgreed("visit AS v",
                                                              "v.session = session_v1.id AND v.start_ms "
                                                              "BETWEEN session_v1.start_ms AND "
                                                              "session_v1.end_ms") +
                                          " ORDER BY id");
  bound(session, overBefore, acts);
  while (!room.full() && session.executeStep()) {
    if (room.take(1, 0)) rows.sessions.push_back(readSession(session));
  }

  SQLite::Statement trajectory(
      database, readTrajectorySql() + " WHERE " + waiting(UnreportedKind::kTrajectory) +
                    " AND end_reason IS NOT NULL AND " +
                    hasVisitOfWhoAgreed("json_each(steps) AS step JOIN visit AS v", "v.id = step.value") +
                    " ORDER BY id");
  bound(trajectory, overBefore, acts);
  while (!room.full() && trajectory.executeStep()) {
    schemas::Trajectory next = readTrajectory(trajectory);
    if (room.take(1 + next.steps.size(), next.loginUrl.size())) rows.trajectories.push_back(std::move(next));
  }

  SQLite::Statement search(database, readSearchSql() + " WHERE " + waiting(UnreportedKind::kSearch) +
                                         " AND " + sessionOver("search_v1.session") +
                                         " AND NOT EXISTS (SELECT 1 FROM json_each(serp_visits) AS serp "
                                         "JOIN visit ON visit.id = serp.value WHERE visit.exit = 255) "
                                         "AND " +
                                         hasVisitOfWhoAgreed("json_each(serp_visits) AS serp JOIN visit AS v",
                                                             "v.id = serp.value") +
                                         " ORDER BY id");
  bound(search, overBefore, acts);
  while (!room.full() && search.executeStep()) {
    schemas::Search next = readSearch(search);
    next.results = readResults(database, next.id);
    if (room.take(1 + next.results.size() + next.serpVisits.size(), textOf(next))) {
      rows.searches.push_back(std::move(next));
    }
  }

  readMarks(database, room, rows);
  rows.all = !room.full() && !someWait;
}

}  // namespace

UnreportedRows readUnreported(const SQLite::Database& database, const UnreportedQuery& query) {
  UnreportedRows rows;
  Room room(query);
  readHistograms(database, room, rows);
  if (query.countsOnly)
    rows.all = !room.full();
  else
    readRows(database, query, room, rows);

  SQLite::Statement coverage(database, readCoverageSql("unreported_coverage") + " ORDER BY day");
  while (coverage.executeStep()) rows.coverage.push_back(readCoverage(coverage));
  SQLite::Statement loss(database, "SELECT cause, count FROM unreported_loss");
  while (loss.executeStep()) rows.losses[loss.getColumn(0).getString()] = loss.getColumn(1).getInt64();
  return rows;
}

void takeUnreported(const SQLite::Database& database, const UnreportedRows& rows) {
  SQLite::Statement take(database, "DELETE FROM unreported WHERE kind = ? AND id = ?");
  const auto takeEach = [&](UnreportedKind kind, const auto& records) {
    for (const auto& record : records) execute(take, number(kind), record.id);
  };
  takeEach(UnreportedKind::kVisit, rows.visits);
  takeEach(UnreportedKind::kSession, rows.sessions);
  takeEach(UnreportedKind::kTrajectory, rows.trajectories);
  takeEach(UnreportedKind::kSearch, rows.searches);
  for (const auto id : rows.markIds) execute(take, number(UnreportedKind::kMark), id);

  const std::string ofSeries =
      "series = (SELECT id FROM histogram_series WHERE name = ? AND page_group = ?) AND day = ?";
  SQLite::Statement bucket(database,
                           "UPDATE histogram SET reported = reported + ? WHERE " + ofSeries + " AND low = ?");
  SQLite::Statement sum(database, "UPDATE histogram_sum SET reported = reported + ? WHERE " + ofSeries);
  for (const auto& histogram : rows.histograms) {
    for (const auto& counted : histogram.buckets) {
      execute(bucket, counted.count, histogram.name, histogram.group, histogram.day, counted.low);
    }
    execute(sum, histogram.sum, histogram.name, histogram.group, histogram.day);
  }
  for (const char* table : {"coverage", "loss"}) {
    executeOnce(database, std::string("DELETE FROM unreported_") + table);
  }
}

}  // namespace dwell::monitor
