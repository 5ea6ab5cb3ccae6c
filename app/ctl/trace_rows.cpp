#include "app/ctl/trace_rows.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "app/ctl/temporary_database.h"
#include "schemas/visit_codec.h"

namespace dwell::app {
namespace {

constexpr const char* kRowTables = R"(
CREATE TABLE visit(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE session(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE trajectory(id INTEGER PRIMARY KEY, text TEXT NOT NULL) STRICT;
CREATE TABLE search(id INTEGER PRIMARY KEY, first_serp INTEGER NOT NULL, text TEXT NOT NULL) STRICT;
)";

void put(SQLite::Statement& statement, std::int64_t id, const std::string& text) {
  statement.bind(1, id);
  statement.bindNoCopy(2, text);
  statement.exec();
  statement.reset();
}

void drop(SQLite::Statement& statement, std::int64_t id) {
  statement.bind(1, id);
  statement.exec();
  statement.reset();
}

/// Puts `number` in the place of the digits that begin at `at`.
void renumber(std::string& text, std::size_t at, std::int64_t number) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789", at), text.size());
  text.replace(at, end - at, std::to_string(number));
}

constexpr std::string_view kId = R"({"id":)";
/// In JSON no text can hold this: its quotes would be escaped.
constexpr std::string_view kTrajectoryId = R"("trajectory":{"id":)";

}  // namespace

TraceRows::TraceRows(VisitText visitText)
    : visitText_(std::move(visitText)),
      database_(temporaryDatabase(kRowTables)),
      putVisit_(database_, "INSERT OR REPLACE INTO visit(id, text) VALUES(?, ?)"),
      putSession_(database_, "INSERT OR REPLACE INTO session(id, text) VALUES(?, ?)"),
      putTrajectory_(database_, "INSERT OR REPLACE INTO trajectory(id, text) VALUES(?, ?)"),
      putSearch_(database_, "INSERT OR REPLACE INTO search(id, text, first_serp) VALUES(?, ?, ?)"),
      dropTrajectory_(database_, "DELETE FROM trajectory WHERE id = ?"),
      dropSearch_(database_, "DELETE FROM search WHERE id = ?") {}

void TraceRows::add(const monitor::TrackerOutput& output) {
  for (const auto& visit : output.ended) put(putVisit_, visit.id, visitText_(visit));
  for (const auto& session : output.sessions) put(putSession_, session.id, schemas::toJsonText(session));
  for (const auto& trajectory : output.trajectories) {
    put(putTrajectory_, trajectory.id, schemas::toJsonText(trajectory));
  }
  for (const auto& search : output.searches) {
    if (search.serpVisits.empty()) {
      drop(dropSearch_, search.id);
    } else {
      putSearch_.bind(3, search.serpVisits.front());
      put(putSearch_, search.id, schemas::toJsonText(search));
    }
  }
  for (const std::int64_t id : output.withdrawnTrajectories) drop(dropTrajectory_, id);
}

void TraceRows::eachVisit(const Each& each) {
  std::unordered_map<std::int64_t, std::int64_t> numbers;
  SQLite::Statement trajectories(database_, "SELECT id FROM trajectory ORDER BY id");
  while (trajectories.executeStep()) {
    numbers.emplace(trajectories.getColumn(0).getInt64(), static_cast<std::int64_t>(numbers.size()) + 1);
  }
  SQLite::Statement rows(database_, "SELECT text FROM visit ORDER BY id");
  while (rows.executeStep()) {
    std::string text = rows.getColumn(0);
    if (const auto place = text.find(kTrajectoryId); place != std::string::npos) {
      const std::size_t at = place + kTrajectoryId.size();
      renumber(text, at, numbers.at(std::stoll(text.substr(at, 20))));
    }
    each(text);
  }
}

void TraceRows::eachSession(const Each& each) {
  SQLite::Statement rows(database_, "SELECT text FROM session ORDER BY id");
  while (rows.executeStep()) each(rows.getColumn(0).getText());
}

void TraceRows::eachTrajectory(const Each& each) {
  SQLite::Statement rows(database_, "SELECT text FROM trajectory ORDER BY id");
  for (std::int64_t number = 1; rows.executeStep(); ++number) {
    std::string text = rows.getColumn(0);
    renumber(text, kId.size(), number);
    each(text);
  }
}

void TraceRows::eachSearch(const Each& each) {
  database_.exec("CREATE INDEX IF NOT EXISTS search_first_serp ON search(first_serp)");
  SQLite::Statement rows(database_, "SELECT text FROM search ORDER BY first_serp");
  for (std::int64_t number = 1; rows.executeStep(); ++number) {
    std::string text = rows.getColumn(0);
    renumber(text, kId.size(), number);
    each(text);
  }
}

std::int64_t TraceRows::count(const char* table) const {
  return database_.execAndGet(std::string("SELECT count(*) FROM ") + table).getInt64();
}

}  // namespace dwell::app
