#include "monitor/store/reader.h"

#include <SQLiteCpp/Transaction.h>

#include <algorithm>
#include <utility>

#include "base/statement.h"
#include "monitor/store/link_reading.h"
#include "monitor/store/page_rows.h"
#include "monitor/store/record_rows.h"
#include "monitor/store/store_schema.h"
#include "monitor/store/visit_reading.h"

namespace dwell::monitor {
namespace {

/// Days are compared in SQL; an open end is NULL and holds for every day.
constexpr const char* kInDays = "(?1 IS NULL OR day >= ?1) AND (?2 IS NULL OR day <= ?2)";

}  // namespace

struct Reader::State {
  explicit State(SQLite::Database opened)
      : database(std::move(opened)), version(database, "PRAGMA data_version") {}

  SQLite::Database database;
  SQLite::Statement version;
};

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

Expected<Reader> Reader::open(const std::filesystem::path& file) {
  auto database = openDatabaseForReading(file, storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  return Reader(std::make_unique<State>(std::move(*database)));
}

void Reader::eachVisit(const VisitQuery& query, const std::function<void(schemas::Visit&&)>& take) const {
  const bool newest = query.limit != 0;
  SQLite::Statement row(
      state_->database,
      readVisitSql() + " WHERE v.start_ms >= ?1 AND (?2 IS NULL OR instr(lower(u.text), ?2)) " +
          (newest ? "ORDER BY v.start_ms DESC, v.id DESC LIMIT ?3" : "ORDER BY v.start_ms, v.id"));
  std::optional<std::string> part;
  if (!query.urlContains.empty()) {
    part = query.urlContains;
    std::transform(part->begin(), part->end(), part->begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  }
  bound(row, query.since.value_or(WallTime::min()), part);
  if (!newest) {
    while (row.executeStep()) take(readVisit(row));
    return;
  }
  bindValue(row, 3, query.limit);
  std::vector<schemas::Visit> backwards;
  while (row.executeStep()) backwards.push_back(readVisit(row));
  for (auto visit = backwards.rbegin(); visit != backwards.rend(); ++visit) take(std::move(*visit));
}

std::vector<schemas::Visit> Reader::visits(const VisitQuery& query) const {
  std::vector<schemas::Visit> visits;
  eachVisit(query, [&](schemas::Visit&& visit) { visits.push_back(std::move(visit)); });
  return visits;
}

std::optional<OfferedLinks> Reader::links(std::int64_t visit) const {
  const SQLite::Transaction snapshot(state_->database);
  SQLite::Statement row(state_->database, "SELECT 1 FROM visit_v1 WHERE id = ?");
  if (!bound(row, visit).executeStep()) return std::nullopt;
  LinkReading reading(state_->database);
  return OfferedLinks{reading.table(visit), reading.presses(visit)};
}

std::vector<PageSum> Reader::pages(const DayRange& days, std::size_t limit) const {
  const SQLite::Transaction snapshot(state_->database);
  return readPages(state_->database, days, limit);
}

std::vector<HistogramCounts> Reader::histograms(const HistogramQuery& query) const {
  const SQLite::Transaction snapshot(state_->database);  // counts and sums of the same moment
  const std::string which = std::string(kInDays) + " AND (?3 = '' OR name = ?3) AND page_group = ?4 ";
  SQLite::Statement row(state_->database, "SELECT name, low, high, sum(count) FROM histogram_v1 WHERE " +
                                              which + "GROUP BY name, low, high ORDER BY name, low");
  bound(row, query.days.first, query.days.last, query.name, query.group);
  std::vector<HistogramCounts> histograms;
  while (row.executeStep()) {
    const std::string name = row.getColumn(0).getString();
    if (histograms.empty() || histograms.back().name != name) {
      histograms.push_back({name, query.group, 0, {}});
    }
    histograms.back().buckets.push_back(
        {row.getColumn(1).getInt64(), row.getColumn(2).getInt64(), row.getColumn(3).getInt64()});
  }
  SQLite::Statement sum(state_->database, "SELECT name, sum(sum) FROM histogram_sum_v1 WHERE " + which +
                                              "GROUP BY name ORDER BY name");
  bound(sum, query.days.first, query.days.last, query.name, query.group);
  auto histogram = histograms.begin();
  while (sum.executeStep()) {
    const std::string name = sum.getColumn(0).getString();
    while (histogram != histograms.end() && histogram->name < name) ++histogram;
    if (histogram != histograms.end() && histogram->name == name)
      histogram->sum = sum.getColumn(1).getInt64();
  }
  return histograms;
}

std::vector<std::string> Reader::pageGroups() const {
  SQLite::Statement row(state_->database, "SELECT DISTINCT page_group FROM histogram_v1 ORDER BY page_group");
  std::vector<std::string> groups;
  while (row.executeStep()) groups.push_back(row.getColumn(0).getString());
  return groups;
}

std::vector<schemas::Session> Reader::sessions(std::optional<WallTime> since) const {
  SQLite::Statement row(state_->database,
                        readSessionSql() + " WHERE ?1 IS NULL OR end_ms >= ?1 ORDER BY start_ms, id");
  bound(row, since);
  std::vector<schemas::Session> sessions;
  while (row.executeStep()) sessions.push_back(readSession(row));
  return sessions;
}

std::vector<schemas::Trajectory> Reader::trajectories() const {
  SQLite::Statement row(state_->database, readTrajectorySql() + " ORDER BY id");
  std::vector<schemas::Trajectory> trajectories;
  while (row.executeStep()) trajectories.push_back(readTrajectory(row));
  return trajectories;
}

std::vector<schemas::Search> Reader::searches() const {
  const SQLite::Transaction snapshot(state_->database);
  SQLite::Statement row(state_->database, readSearchSql() + " ORDER BY id");
  std::vector<schemas::Search> searches;
  while (row.executeStep()) {
    searches.push_back(readSearch(row));
    searches.back().results = readResults(state_->database, searches.back().id);
  }
  return searches;
}

std::vector<schemas::CoverageDay> Reader::coverage(const DayRange& days) const {
  SQLite::Statement row(state_->database,
                        readCoverageSql("coverage_v1") + " WHERE " + kInDays + " ORDER BY day");
  bound(row, days.first, days.last);
  std::vector<schemas::CoverageDay> coverage;
  while (row.executeStep()) coverage.push_back(readCoverage(row));
  return coverage;
}

std::vector<LossCount> Reader::losses() const {
  SQLite::Statement row(state_->database, "SELECT cause, count FROM loss_v1 ORDER BY cause");
  std::vector<LossCount> losses;
  while (row.executeStep()) losses.push_back({row.getColumn(0).getString(), row.getColumn(1).getInt64()});
  return losses;
}

std::vector<SealedReport> Reader::reports() const { return readReports(state_->database); }

std::optional<std::string> Reader::reportBody(const std::string& id) const {
  SQLite::Statement row(state_->database, "SELECT body FROM report WHERE id = ? AND length(body) > 0");
  if (!bound(row, id).executeStep()) return std::nullopt;
  return row.getColumn(0).getString();
}

std::vector<AuditEntry> Reader::audit() const { return readAudit(state_->database); }

UploadState Reader::uploadState() const { return readUploadState(state_->database); }

std::int64_t Reader::changeCounter() const {
  state_->version.reset();
  state_->version.executeStep();
  const std::int64_t version = state_->version.getColumn(0).getInt64();
  state_->version.reset();
  return version;
}

}  // namespace dwell::monitor
