#include "monitor/store/unreported.h"

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

std::vector<schemas::ReportHistogram> readHistograms(const SQLite::Database& database) {
  SQLite::Statement row(database,
                        "SELECT s.name, s.page_group, h.day, h.low, h.high, h.count - h.reported, "
                        "coalesce(t.sum - t.reported, 0) FROM histogram AS h "
                        "JOIN histogram_series AS s ON s.id = h.series "
                        "LEFT JOIN histogram_sum AS t ON t.day = h.day AND t.series = h.series "
                        "WHERE h.count <> h.reported ORDER BY h.series, h.day, h.low");
  std::vector<schemas::ReportHistogram> histograms;
  while (row.executeStep()) {
    schemas::ReportHistogram next{row.getColumn(0).getString(),
                                  row.getColumn(1).getString(),
                                  row.getColumn(2).getInt(),
                                  row.getColumn(6).getInt64(),
                                  {}};
    if (histograms.empty() || histograms.back().name != next.name || histograms.back().group != next.group ||
        histograms.back().day != next.day) {
      histograms.push_back(std::move(next));
    }
    histograms.back().buckets.push_back(
        {row.getColumn(3).getInt64(), row.getColumn(4).getInt64(), row.getColumn(5).getInt64()});
  }
  return histograms;
}

void readMarks(const SQLite::Database& database, std::int64_t limit, UnreportedRows& rows) {
  SQLite::Statement row(database, "SELECT id, time_ms, name, value FROM mark_v1 WHERE " +
                                      waiting(UnreportedKind::kMark) + " ORDER BY id LIMIT ?");
  bound(row, limit);
  while (row.executeStep()) {
    rows.markIds.push_back(row.getColumn(0).getInt64());
    rows.marks.push_back(
        {wallTime(row.getColumn(1).getInt64()), row.getColumn(2).getString(), row.getColumn(3).getString()});
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

}  // namespace

UnreportedRows readUnreported(const SQLite::Database& database, const UnreportedQuery& query) {
  UnreportedRows rows;
  const WallTime overBefore = query.now - query.sessionPause - kFlushMargin;
  const auto limit = static_cast<std::int64_t>(query.limit);

  SQLite::Statement visit(database, readVisitSql() + " WHERE " + waiting(UnreportedKind::kVisit, "v.id") +
                                        " AND v.exit <> 255 AND ((s.serp_visit IS NULL AND "
                                        "s.results_count IS NULL) OR " +
                                        sessionOver("v.session") + ") ORDER BY v.id LIMIT ?2");
  bound(visit, overBefore, limit);
  while (visit.executeStep()) rows.visits.push_back(readVisit(visit));
  readLinks(database, query.links, rows);

  SQLite::Statement session(database, readSessionSql() + " WHERE " + waiting(UnreportedKind::kSession) +
                                          " AND " + sessionOver("session_v1.id") + " ORDER BY id LIMIT ?2");
  bound(session, overBefore, limit);
  while (session.executeStep()) rows.sessions.push_back(readSession(session));

  SQLite::Statement trajectory(database, readTrajectorySql() + " WHERE " +
                                             waiting(UnreportedKind::kTrajectory) +
                                             " AND end_reason IS NOT NULL ORDER BY id LIMIT ?");
  bound(trajectory, limit);
  while (trajectory.executeStep()) rows.trajectories.push_back(readTrajectory(trajectory));

  SQLite::Statement search(database, readSearchSql() + " WHERE " + waiting(UnreportedKind::kSearch) +
                                         " AND " + sessionOver("search_v1.session") +
                                         " AND NOT EXISTS (SELECT 1 FROM json_each(serp_visits) AS serp "
                                         "JOIN visit ON visit.id = serp.value WHERE visit.exit = 255) "
                                         "ORDER BY id LIMIT ?2");
  bound(search, overBefore, limit);
  while (search.executeStep()) {
    rows.searches.push_back(readSearch(search));
    rows.searches.back().results = readResults(database, rows.searches.back().id);
  }

  readMarks(database, limit, rows);
  rows.histograms = readHistograms(database);

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
