#include "monitor/store/store.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/statement.h"
#include "monitor/store/count_writer.h"
#include "monitor/store/link_writer.h"
#include "monitor/store/record_rows.h"
#include "monitor/store/record_writer.h"
#include "monitor/store/store_schema.h"
#include "monitor/store/store_state.h"
#include "monitor/store/text_ids.h"
#include "monitor/store/visit_reading.h"
#include "monitor/store/visit_writer.h"

namespace dwell::monitor {
namespace {

constexpr const char* kNextVisit = "next_visit";
constexpr const char* kNextSession = "next_session";
constexpr const char* kNextTrajectory = "next_trajectory";
constexpr const char* kNextSearch = "next_search";
constexpr const char* kSampledAttempt = "sampled_attempt";
constexpr const char* kActiveBuckets = "active_buckets";

/// Raises the numbers beyond every one that the batch names, also of visits that scope kept out of the store:
/// a reference must not meet another visit after a restart.
void raise(NextNumbers& next, const Batch& batch) {
  const auto above = [](std::int64_t& number, const std::optional<std::int64_t>& used) {
    if (used) number = std::max(number, *used + 1);
  };
  for (const auto* visits : {&batch.ended, &batch.open}) {
    for (const auto& visit : *visits) {
      above(next.visit, visit.id);
      above(next.visit, visit.sourceVisit);
      above(next.visit, visit.redirectedFrom);
      if (visit.serp) above(next.visit, visit.serp->visit);
      above(next.session, visit.session);
      if (visit.trajectory) above(next.trajectory, visit.trajectory->id);
    }
  }
  for (const std::int64_t visit : batch.forgotten) above(next.visit, visit);
  for (const auto& session : batch.sessions) above(next.session, session.id);
  for (const auto& trajectory : batch.trajectories) {
    above(next.trajectory, trajectory.id);
    for (const auto step : trajectory.steps) above(next.visit, step);
  }
  for (const auto& search : batch.searches) {
    above(next.search, search.id);
    above(next.session, search.session);
    for (const auto serp : search.serpVisits) above(next.visit, serp);
    for (const auto& result : search.results) above(next.visit, result.clicked);
  }
}

/// As in the table `unsampled`.
const char* kindName(SampledRow::Kind kind) {
  switch (kind) {
    case SampledRow::Kind::kVisit:
      return "visit";
    case SampledRow::Kind::kSession:
      return "session";
    case SampledRow::Kind::kTrajectory:
      return "trajectory";
  }
  return "";
}

std::string unsampled(SampledRow::Kind kind) {
  return std::string("id IN (SELECT id FROM unsampled WHERE kind = '") + kindName(kind) + "')";
}

LeftOpen::Unsampled readUnsampled(const SQLite::Database& database) {
  LeftOpen::Unsampled rows;
  SQLite::Statement visit(
      database, readVisitSql() + " WHERE v." + unsampled(SampledRow::Kind::kVisit) + " ORDER BY v.id");
  while (visit.executeStep()) rows.visits.push_back(readVisit(visit));
  SQLite::Statement session(
      database, readSessionSql() + " WHERE " + unsampled(SampledRow::Kind::kSession) + " ORDER BY id");
  while (session.executeStep()) rows.sessions.push_back(readSession(session));
  SQLite::Statement trajectory(
      database, readTrajectorySql() + " WHERE " + unsampled(SampledRow::Kind::kTrajectory) + " ORDER BY id");
  while (trajectory.executeStep()) rows.trajectories.push_back(readTrajectory(trajectory));
  return rows;
}

/// The start of the first click from a result page.
std::optional<WallTime> firstClick(const SQLite::Database& database, std::int64_t serpVisit) {
  SQLite::Statement click(
      database,
      "SELECT min(start_ms) FROM visit_v1 WHERE id > ?1 AND serp_visit = ?1 AND exit IS NOT "
      "'redirect'");
  bound(click, serpVisit).executeStep();
  return optionalTime(click.getColumn(0));
}

}  // namespace

struct Store::State {
  explicit State(SQLite::Database opened)
      : database(std::move(opened)),
        ids(database),
        visits(database, ids),
        links(database),
        records(database, ids),
        counts(database, ids),
        writeState(database,
                   "INSERT INTO agent_state (key, value) VALUES (?, ?) "
                   "ON CONFLICT DO UPDATE SET value = excluded.value"),
        addUnsampled(database, "INSERT OR IGNORE INTO unsampled (kind, id) VALUES (?, ?)"),
        removeUnsampled(database, "DELETE FROM unsampled WHERE kind = ? AND id = ?") {
    next.visit = stateValue(database, kNextVisit, 1);
    next.session = stateValue(database, kNextSession, 1);
    next.trajectory = stateValue(database, kNextTrajectory, 1);
    next.search = stateValue(database, kNextSearch, 1);
    lastAttempt = stateValue(database, kSampledAttempt, 0);
    writeStateValue(database, kRunning, 1);
  }

  ~State() {
    if (damaged) return;
    try {
      writeStateValue(database, kRunning, 0);
    } catch (const SQLite::Exception&) {
      // The next start takes it for an unclean stop and looks whether the file is whole.
    }
  }

  void forget() {
    ids.forget();
    visits.forget();
  }

  void writeAll(const Batch& batch, const NextNumbers& numbers) {
    std::map<std::string, std::int64_t> losses = batch.losses;
    std::int64_t tooLate = 0;
    const auto writeEach = [&](auto& writer, const auto& values) {
      for (const auto& value : values) tooLate += writer.write(value) ? 0 : 1;
    };
    writeEach(records, batch.sessions);
    writeEach(visits, batch.ended);
    writeEach(visits, batch.open);
    for (const std::int64_t visit : batch.forgotten) visits.remove(visit);
    visits.finish();
    for (const auto& each : batch.links) links.write(each);
    writeEach(records, batch.trajectories);
    writeEach(records, batch.searches);
    for (const auto& mark : batch.marks) records.write(mark);
    std::int64_t otherEdges = 0;
    for (const auto& delta : batch.histograms) otherEdges += counts.add(delta);
    for (const auto& delta : batch.coverage) counts.add(delta);
    if (tooLate > 0) losses["store.amended_after_report"] += tooLate;
    if (otherEdges > 0) losses["store.histogram_edges"] += otherEdges;
    for (const auto& [cause, count] : losses) counts.addLoss(cause, count);

    for (const auto& [key, value, before] : {std::tuple(kNextVisit, numbers.visit, next.visit),
                                             std::tuple(kNextSession, numbers.session, next.session),
                                             std::tuple(kNextTrajectory, numbers.trajectory, next.trajectory),
                                             std::tuple(kNextSearch, numbers.search, next.search)}) {
      if (value != before) execute(writeState, key, value);
    }
    for (const SampledRow& row : batch.samplesDue) execute(addUnsampled, kindName(row.kind), row.id);
    for (const SampledRow& row : batch.samplesMade) execute(removeUnsampled, kindName(row.kind), row.id);
    if (batch.lastAttempt > 0) execute(writeState, kSampledAttempt, batch.lastAttempt);
    execute(writeState, kLastFlush, batch.time);
  }

  SQLite::Database database;
  TextIds ids;
  VisitWriter visits;
  LinkWriter links;
  RecordWriter records;
  CountWriter counts;
  SQLite::Statement writeState, addUnsampled, removeUnsampled;
  NextNumbers next;
  std::int64_t lastAttempt = 0;  ///< that was given out
  bool damaged = false;          ///< the file: the next start must look at it
};

Store::Store(std::unique_ptr<State> state) : state_(std::move(state)) {}
Store::~Store() = default;
Store::Store(Store&&) noexcept = default;
Store& Store::operator=(Store&&) noexcept = default;

Expected<Store> Store::open(const std::filesystem::path& file) {
  auto database = openDatabase(file, storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  // A batch touches few pages, whatever was read before it.
  database->exec("PRAGMA cache_size = -512");
  // A page that many batches touch goes into the file once: a day writes a tenth less. The WAL is 4 MB then.
  database->exec("PRAGMA wal_autocheckpoint = 4000");
  return Store(std::make_unique<State>(std::move(*database)));
}

NextNumbers Store::nextNumbers() const { return state_->next; }

NextNumbers Store::nextNumbersAfter(const Batch& waiting) const {
  NextNumbers next = state_->next;
  raise(next, waiting);
  return next;
}

LeftOpen Store::leftOpen() const {
  LeftOpen left;
  const WallTime lastFlush = wallTime(stateValue(state_->database, kLastFlush, 0));
  SQLite::Statement open(state_->database, readVisitSql() + " WHERE v.exit = 255 ORDER BY v.id");
  while (open.executeStep()) {
    schemas::Visit& visit = left.visits.emplace_back(readVisit(open));
    visit.end = std::max(visit.end, lastFlush);
    visit.exit = schemas::Exit::kAgentStopped;
  }
  SQLite::Statement running(state_->database, readTrajectorySql() + " WHERE end_reason IS NULL ORDER BY id");
  while (running.executeStep()) {
    left.trajectories.push_back(readTrajectory(running));
    left.trajectories.back().endReason = "agent_stopped";
  }
  left.unsampled = readUnsampled(state_->database);
  for (const auto* visits : {&left.visits, &left.unsampled.visits}) {
    for (const schemas::Visit& visit : *visits) {
      if (!visit.resultsPage) continue;
      if (const auto click = firstClick(state_->database, visit.id)) left.firstClicks[visit.id] = *click;
    }
  }
  return left;
}

std::vector<UploadAttempt> Store::newUploadAttempts() {
  SQLite::Statement row(state_->database,
                        "SELECT a.id, a.time_ms, a.status, coalesce(a.net_error, 0), r.size, "
                        "CASE WHEN a.outcome IN ('delivered', 'quarantined', 'split') THEN r.attempts END "
                        "FROM upload_attempt AS a JOIN report AS r ON r.id = a.report "
                        // Not what went or came as a file: that was no sending.
                        "WHERE a.id > ? AND (a.status IS NOT NULL OR a.net_error IS NOT NULL) ORDER BY a.id");
  bound(row, state_->lastAttempt);
  std::vector<UploadAttempt> attempts;
  while (row.executeStep()) {
    attempts.push_back({row.getColumn(0).getInt64(), wallTime(row.getColumn(1).getInt64()),
                        optionalInt(row.getColumn(2)), row.getColumn(3).getInt64(),
                        row.getColumn(4).getInt64(), optionalInt(row.getColumn(5))});
  }
  if (!attempts.empty()) state_->lastAttempt = attempts.back().id;
  return attempts;
}

void Store::write(const Batch& batch) {
  const NextNumbers next = nextNumbersAfter(batch);
  try {
    SQLite::Transaction transaction(state_->database, SQLite::TransactionBehavior::IMMEDIATE);
    state_->writeAll(batch, next);
    transaction.commit();
  } catch (const SQLite::Exception& error) {
    state_->forget();
    state_->damaged = state_->damaged || error.getErrorCode() == SQLITE_CORRUPT;
    throw;
  } catch (...) {
    state_->forget();
    throw;
  }
  state_->next = next;
}

std::int64_t Store::readState(const std::string& key) const { return stateValue(state_->database, key, 0); }

void Store::writeState(const std::string& key, std::int64_t value) {
  execute(state_->writeState, key, value);
}
void Store::rowsWereRemoved() { state_->forget(); }

void Store::noteIdleThreshold(Millis idleThreshold) {
  const auto& edges = schemas::kAgeEdgesMs;
  const auto below = std::count_if(edges.begin(), edges.end(),
                                   [&](std::int64_t edge) { return edge < toMs(idleThreshold); });
  if (stateValue(state_->database, kActiveBuckets, -1) != below)
    execute(state_->writeState, kActiveBuckets, below);
}

void Store::noteBrowser(const std::string& brand, const std::string& version, WallTime time) {
  executeOnce(state_->database, "INSERT OR REPLACE INTO browser (brand, version, last_ms) VALUES (?, ?, ?)",
              brand, version, time);
}

}  // namespace dwell::monitor
