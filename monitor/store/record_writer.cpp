#include "monitor/store/record_writer.h"

#include <optional>
#include <string>
#include <vector>

#include "base/statement.h"
#include "monitor/store/link_text.h"
#include "monitor/store/number_text.h"

namespace dwell::monitor {

RecordWriter::RecordWriter(const SQLite::Database& database, TextIds& ids)
    : ids_(ids),
      isUnreported_(database, "SELECT 1 FROM unreported WHERE kind = ? AND id = ?"),
      addUnreported_(database, "INSERT INTO unreported (kind, id) VALUES (?, ?)"),
      removeUnreported_(database, "DELETE FROM unreported WHERE kind = ? AND id = ?"),
      findSession_(database, "SELECT 1 FROM session WHERE id = ?"),
      writeSession_(database,
                    "INSERT OR REPLACE INTO session (id, start_ms, end_ms, pages, active_ms) "
                    "VALUES (?, ?, ?, ?, ?)"),
      findTrajectory_(database, "SELECT 1 FROM trajectory WHERE id = ?"),
      writeTrajectory_(
          database,
          "INSERT OR REPLACE INTO trajectory (id, login_url, site, start_ms, end_ms, end_reason, "
          "steps, distinct_urls, active_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"),
      removeTrajectory_(database, "DELETE FROM trajectory WHERE id = ?"),
      findSearch_(database, "SELECT 1 FROM search WHERE id = ?"),
      writeSearch_(database,
                   "INSERT OR REPLACE INTO search (id, engine, query, session, serp_visits) "
                   "VALUES (?, ?, ?, ?, ?)"),
      removeResults_(database, "DELETE FROM search_result WHERE search = ?"),
      writeResult_(database,
                   "INSERT INTO search_result (search, position, rank, url, kind, seen, clicked, features) "
                   "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"),
      writeMark_(database, "INSERT INTO mark (time_ms, name, value) VALUES (?, ?, ?)"),
      addUnreportedMark_(database, "INSERT INTO unreported (kind, id) VALUES (?, last_insert_rowid())") {}

RecordWriter::Standing RecordWriter::standing(UnreportedKind kind, SQLite::Statement& find, std::int64_t id) {
  const bool exists = bound(find, id).executeStep();
  find.reset();
  if (!exists) return Standing::kNew;
  const bool unreported = bound(isUnreported_, number(kind), id).executeStep();
  isUnreported_.reset();
  return unreported ? Standing::kUnreported : Standing::kReported;
}

bool RecordWriter::write(const schemas::Session& s) {
  const Standing before = standing(UnreportedKind::kSession, findSession_, s.id);
  if (before == Standing::kReported) return false;
  execute(writeSession_, s.id, s.start, s.end, s.pages, s.activeMs);
  if (before == Standing::kNew) execute(addUnreported_, number(UnreportedKind::kSession), s.id);
  return true;
}

bool RecordWriter::write(const schemas::Trajectory& t) {
  const Standing before = standing(UnreportedKind::kTrajectory, findTrajectory_, t.id);
  if (before == Standing::kReported) return false;
  if (t.steps.empty()) {
    execute(removeTrajectory_, t.id);
    execute(removeUnreported_, number(UnreportedKind::kTrajectory), t.id);
    return true;
  }
  const auto login = t.loginUrl.empty() ? std::nullopt : std::optional(ids_.url(t.loginUrl));
  const auto reason = t.endReason.empty() ? std::nullopt : std::optional(t.endReason);
  execute(writeTrajectory_, t.id, login, t.site, t.start, t.end, reason, numberText(t.steps), t.distinctUrls,
          t.activeMs);
  if (before == Standing::kNew) execute(addUnreported_, number(UnreportedKind::kTrajectory), t.id);
  return true;
}

bool RecordWriter::write(const schemas::Search& s) {
  const Standing before = standing(UnreportedKind::kSearch, findSearch_, s.id);
  if (before == Standing::kReported) return false;
  execute(removeResults_, s.id);
  execute(writeSearch_, s.id, s.engine, s.query, s.session, numberText(s.serpVisits));
  std::int64_t position = 0;
  for (const auto& result : s.results) {
    const auto url = result.url.empty() ? std::nullopt : std::optional(ids_.url(result.url));
    execute(writeResult_, s.id, ++position, result.rank, url, result.kind, result.seen, result.clicked,
            featureText(result.features, schemas::resultFeatureRules()));
  }
  if (before == Standing::kNew) execute(addUnreported_, number(UnreportedKind::kSearch), s.id);
  return true;
}

void RecordWriter::write(const schemas::ReportMark& mark) {
  execute(writeMark_, mark.time, mark.name, mark.value);
  execute(addUnreportedMark_, number(UnreportedKind::kMark));
}

}  // namespace dwell::monitor
