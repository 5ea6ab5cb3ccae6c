#include "monitor/store/record_rows.h"

#include "base/statement.h"
#include "monitor/store/link_text.h"
#include "monitor/store/number_text.h"

namespace dwell::monitor {

std::string readSessionSql() { return "SELECT id, start_ms, end_ms, pages, active_ms FROM session_v1"; }

schemas::Session readSession(SQLite::Statement& row) {
  return {row.getColumn(0).getInt64(), wallTime(row.getColumn(1).getInt64()),
          wallTime(row.getColumn(2).getInt64()), row.getColumn(3).getInt64(), row.getColumn(4).getInt64()};
}

std::string readTrajectorySql() {
  return "SELECT id, login_url, site, start_ms, end_ms, end_reason, steps, distinct_urls, active_ms "
         "FROM trajectory_v1";
}

schemas::Trajectory readTrajectory(SQLite::Statement& row) {
  schemas::Trajectory trajectory;
  trajectory.id = row.getColumn(0).getInt64();
  trajectory.loginUrl = optionalText(row.getColumn(1)).value_or("");
  trajectory.site = row.getColumn(2).getString();
  trajectory.start = wallTime(row.getColumn(3).getInt64());
  trajectory.end = wallTime(row.getColumn(4).getInt64());
  trajectory.endReason = optionalText(row.getColumn(5)).value_or("");
  trajectory.steps = numbersFromText(row.getColumn(6).getString());
  trajectory.distinctUrls = row.getColumn(7).getInt64();
  trajectory.activeMs = row.getColumn(8).getInt64();
  return trajectory;
}

std::string readSearchSql() { return "SELECT id, engine, query, session, serp_visits FROM search_v1"; }

schemas::Search readSearch(SQLite::Statement& row) {
  schemas::Search search;
  search.id = row.getColumn(0).getInt64();
  search.engine = row.getColumn(1).getString();
  search.query = row.getColumn(2).getString();
  search.session = optionalInt(row.getColumn(3));
  search.serpVisits = numbersFromText(row.getColumn(4).getString());
  return search;
}

std::vector<schemas::SearchResult> readResults(const SQLite::Database& database, std::int64_t search) {
  SQLite::Statement row(
      database,
      "SELECT r.rank, u.text, r.kind, r.seen, r.clicked, r.features FROM search_result AS r "
      "LEFT JOIN url AS u ON u.id = r.url WHERE r.search = ? ORDER BY r.position");
  std::vector<schemas::SearchResult> results;
  bound(row, search);
  while (row.executeStep()) {
    results.push_back({row.getColumn(0).getInt64(), optionalText(row.getColumn(1)).value_or(""),
                       row.getColumn(2).getString(), row.getColumn(3).getInt64() != 0,
                       optionalInt(row.getColumn(4)),
                       featuresFromText(row.getColumn(5).getString(), schemas::resultFeatureRules())});
  }
  return results;
}

std::string readCoverageSql(const std::string& table) {
  return "SELECT day, running_s, recording_s, paused_s, without_consent_s, browser_connected_s, "
         "attention_in_scope_ms, attention_out_of_scope_ms FROM " +
         table;
}

schemas::CoverageDay readCoverage(SQLite::Statement& row) {
  return {row.getColumn(0).getInt(),   row.getColumn(1).getInt64(), row.getColumn(2).getInt64(),
          row.getColumn(3).getInt64(), row.getColumn(4).getInt64(), row.getColumn(5).getInt64(),
          row.getColumn(6).getInt64(), row.getColumn(7).getInt64()};
}

}  // namespace dwell::monitor
