#include "monitor/store/erased_rows.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/statement.h"
#include "base/url.h"
#include "monitor/record/rebuild.h"
#include "monitor/store/erased_counts.h"
#include "monitor/store/link_writer.h"
#include "monitor/store/number_text.h"
#include "monitor/store/record_rows.h"
#include "monitor/store/row_references.h"
#include "monitor/store/visit_reading.h"

namespace dwell::monitor {
namespace {

using schemas::Session;
using schemas::Trajectory;
using schemas::Visit;

constexpr const char* kErased = "(SELECT id FROM erased_visit)";

std::int64_t count(const SQLite::Database& database, const std::string& what) {
  SQLite::Statement row(database, "SELECT count(*) FROM " + what);
  row.executeStep();
  return row.getColumn(0).getInt64();
}

/// One erasure of a site or a period, step by step.
class RowEraser {
 public:
  RowEraser(const SQLite::Database& database, const ErasureSelection& selection, const Settings& settings)
      : database_(database),
        selection_(selection),
        settings_(settings),
        gone_(settings, selection.offset()),
        instead_(settings, selection.offset()),
        isUnsampled_(database, "SELECT 1 FROM unsampled WHERE kind = ? AND id = ?") {}

  Erased run() {
    const std::int64_t urls = count(database_, "url");
    selectVisits();
    changeSessions();
    changeTrajectories();
    dropSearches();
    dropVisits();
    dropDays();
    if (!selection_.erasure().ofPeriod()) executeOnce(database_, "DELETE FROM url WHERE is_erased_url(text)");
    mendReferences(database_);
    if (!selection_.erasure().ofPeriod())
      eraseLinkUrls(database_, [this](std::string_view url) { return selection_.holdsUrl(url); });
    removeUnusedLinkTables(database_);
    dropWaiting();
    changeHistograms(database_, gone_.take(), instead_.take());
    for (const char* table : {"url", "term", "visit_context", "histogram_series"})
      dropUnreferenced(database_, table);
    setFirstDays();
    erased_.urls = urls - count(database_, "url");
    return erased_;
  }

 private:
  bool isSampled(const char* kind, std::int64_t id) {
    const bool due = bound(isUnsampled_, kind, id).executeStep();
    isUnsampled_.reset();
    return !due;
  }

  void selectVisits() {
    SQLite::Statement row(database_, readVisitSql() + " WHERE " + selection_.ofVisits());
    SQLite::Statement add(database_, "INSERT INTO erased_visit (id) VALUES (?)");
    while (row.executeStep()) {
      const Visit visit = readVisit(row);
      execute(add, visit.id);
      ++erased_.visits;
      if (visit.session && visit.exit != schemas::Exit::kRedirect) {
        auto& [pages, activeMs] = ofSession_[*visit.session];
        ++pages;
        activeMs += schemas::activeMs(visit.attentionByInputAgeMs, toMs(settings_.idleThreshold));
      }
      takeSamples(visit);
    }
  }

  void takeSamples(const Visit& visit) {
    if (visit.exit == schemas::Exit::kOpen) return;
    gone_.addEnded(visit);
    if (isSampled("visit", visit.id)) gone_.addFinal(visit);
  }

  /// A session keeps what other pages and other days have of it.
  void changeSessions() {
    SQLite::Statement write(
        database_, "UPDATE session SET start_ms = ?, end_ms = ?, pages = ?, active_ms = ? WHERE id = ?");
    SQLite::Statement drop(database_, "DELETE FROM session WHERE id = ?");
    for (const Session& before : sessions()) {
      const std::optional<Session> after = without(before);
      const bool sampled = isSampled("session", before.id);
      if (sampled) gone_.add(before);
      if (after) {
        execute(write, after->start, after->end, after->pages, after->activeMs, after->id);
        if (sampled) instead_.add(*after);
      } else {
        execute(drop, before.id);
        ++erased_.sessions;
      }
    }
  }

  /// Those that the erasure changes.
  std::vector<Session> sessions() const {
    SQLite::Statement row(database_, readSessionSql());
    std::vector<Session> all;
    while (row.executeStep()) {
      Session session = readSession(row);
      if (ofSession_.count(session.id) > 0 || (!selection_.erasure().host && touchesPeriod(session)))
        all.push_back(std::move(session));
    }
    return all;
  }

  bool touchesPeriod(const Session& session) const {
    return selection_.holdsTime(session.start) || selection_.holdsTime(session.end);
  }

  std::optional<Session> without(Session session) const {
    if (const auto lost = ofSession_.find(session.id); lost != ofSession_.end()) {
      session.pages -= lost->second.first;
      session.activeMs = std::max<std::int64_t>(0, session.activeMs - lost->second.second);
      if (session.pages <= 0) return std::nullopt;
    }
    if (selection_.erasure().host || !touchesPeriod(session)) return session;
    const bool starts = selection_.holdsTime(session.start), ends = selection_.holdsTime(session.end);
    if (starts && ends) return std::nullopt;
    if (starts) session.start = startOfDay(*selection_.erasure().days.last + 1);
    if (ends) session.end = startOfDay(*selection_.erasure().days.first);
    return session;
  }

  WallTime startOfDay(std::int32_t day) const {
    return WallTime(std::chrono::days(day)) - selection_.offset();
  }

  void changeTrajectories() {
    SQLite::Statement row(database_, readTrajectorySql());
    std::vector<Trajectory> all;
    while (row.executeStep()) all.push_back(readTrajectory(row));
    SQLite::Statement write(database_,
                            "UPDATE trajectory SET steps = ?, distinct_urls = ?, active_ms = ? WHERE id = ?");
    SQLite::Statement drop(database_, "DELETE FROM trajectory WHERE id = ?");
    SQLite::Statement leave(
        database_, "UPDATE visit SET trajectory = NULL, trajectory_step = NULL WHERE trajectory = ?");
    for (const Trajectory& before : all) {
      Trajectory after = before;
      std::erase_if(after.steps, [this](std::int64_t step) { return isErased(step); });
      const bool began = selection_.holdsTime(before.start) &&
                         (selection_.holdsHost(before.site) || selection_.holdsUrl(before.loginUrl));
      if (!began && after.steps.size() == before.steps.size()) continue;
      const bool sampled = !before.endReason.empty() && isSampled("trajectory", before.id);
      if (sampled) gone_.add(before);
      if (began || after.steps.empty()) {
        execute(drop, before.id);
        execute(leave, before.id);
        ++erased_.trajectories;
        continue;
      }
      sumSteps(after);
      execute(write, numberText(after.steps), after.distinctUrls, after.activeMs, after.id);
      if (sampled) instead_.add(after);
    }
  }

  void sumSteps(Trajectory& trajectory) const {
    SQLite::Statement row(database_, readVisitSql() + " WHERE v.id = ?");
    std::set<std::string> urls;
    trajectory.activeMs = 0;
    for (const std::int64_t step : trajectory.steps) {
      if (!bound(row, step).executeStep()) continue;
      const Visit visit = readVisit(row);
      urls.insert(visit.url);
      trajectory.activeMs += schemas::activeMs(visit.attentionByInputAgeMs, toMs(settings_.idleThreshold));
    }
    trajectory.distinctUrls = static_cast<std::int64_t>(urls.size());
  }

  bool isErased(std::int64_t visit) const {
    SQLite::Statement row(database_, "SELECT 1 FROM erased_visit WHERE id = ?");
    return bound(row, visit).executeStep();
  }

  /// A search goes with the first of its result pages that goes: its words and results came from there.
  void dropSearches() {
    erased_.searches = executeOnce(database_,
                                   "DELETE FROM search WHERE EXISTS (SELECT 1 FROM json_each(serp_visits) AS "
                                   "serp WHERE serp.value IN " +
                                       std::string(kErased) + ")");
    executeOnce(database_,
                "UPDATE search_result SET clicked = NULL WHERE clicked IN " + std::string(kErased));
  }

  void dropVisits() {
    SQLite::Statement click(database_, readVisitSql() + " WHERE s.serp_visit IN " + kErased +
                                           " AND v.id NOT IN " + kErased + " AND v.exit <> 255");
    while (click.executeStep()) {
      const Visit visit = readVisit(click);
      if (isSampled("visit", visit.id)) gone_.addFinal(visit);
    }
    const std::string erased = kErased;
    for (const std::string& sql :
         {"UPDATE visit_search SET serp_visit = NULL, serp_engine = NULL, serp_query = NULL, serp_rank = "
          "NULL, "
          "dwell_ms = NULL, quick_back = 0, pogo_stick = 0 WHERE serp_visit IN " +
              erased,
          "DELETE FROM visit_search WHERE serp_visit IS NULL AND results_count IS NULL AND dwell_ms IS NULL "
          "AND "
          "NOT quick_back AND NOT pogo_stick" +
              std::string(),
          "UPDATE visit SET source_back = NULL WHERE source_back IS NOT NULL AND id - source_back IN " +
              erased,
          "UPDATE visit SET redirected_back = NULL WHERE redirected_back IS NOT NULL AND id - "
          "redirected_back IN " +
              erased,
          "DELETE FROM visit_search WHERE visit IN " + erased, "DELETE FROM visit WHERE id IN " + erased}) {
      executeOnce(database_, sql);
    }
  }

  void dropDays() {
    executeOnce(database_, "DELETE FROM page_day AS d WHERE " + selection_.ofPageDays());
    if (selection_.erasure().host) return;
    for (const char* table : {"histogram", "histogram_sum", "coverage", "unreported_coverage"}) {
      SQLite::Statement day(database_, std::string("SELECT DISTINCT day FROM ") + table);
      std::vector<std::int32_t> days;
      while (day.executeStep()) days.push_back(day.getColumn(0).getInt());
      for (const std::int32_t each : days) {
        if (selection_.holdsDay(each))
          executeOnce(database_, std::string("DELETE FROM ") + table + " WHERE day = ?", each);
      }
    }
    erased_.marks = executeOnce(database_, "DELETE FROM mark WHERE " + selection_.ofTime("time_ms"));
  }

  void dropWaiting() {
    const std::pair<int, const char*> kinds[] = {
        {1, "visit"}, {2, "session"}, {3, "trajectory"}, {4, "search"}, {5, "mark"}};
    for (const auto& [kind, table] : kinds) {
      executeOnce(
          database_,
          std::string("DELETE FROM unreported WHERE kind = ? AND id NOT IN (SELECT id FROM ") + table + ")",
          kind);
      executeOnce(
          database_,
          std::string("DELETE FROM unsampled WHERE kind = ? AND id NOT IN (SELECT id FROM ") + table + ")",
          table);
    }
  }

  void setFirstDays() {
    if (!selection_.erasure().ofPeriod()) return;
    executeOnce(database_,
                "UPDATE url SET first_day = (SELECT min(day) FROM page_day WHERE page_day.url = url.id) "
                "WHERE id IN (SELECT id FROM url WHERE first_day IS NOT NULL AND NOT EXISTS "
                "(SELECT 1 FROM page_day AS d WHERE d.day = url.first_day AND d.url = url.id))");
  }

  const SQLite::Database& database_;
  const ErasureSelection& selection_;
  const Settings& settings_;
  RowSamples gone_, instead_;
  SQLite::Statement isUnsampled_;
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> ofSession_;  ///< pages, active ms that go
  Erased erased_;
};

Erased eraseAll(const SQLite::Database& database) {
  Erased erased;
  erased.visits = count(database, "visit");
  erased.urls = count(database, "url");
  erased.sessions = count(database, "session");
  erased.trajectories = count(database, "trajectory");
  erased.searches = count(database, "search");
  erased.marks = count(database, "mark");
  executeOnce(database, "INSERT INTO erased_visit SELECT id FROM visit");
  for (const std::string& table : measuredTables()) executeOnce(database, "DELETE FROM " + table);
  return erased;
}

}  // namespace

const std::vector<std::string>& measuredTables() {
  static const std::vector<std::string> tables = {"url",
                                                  "term",
                                                  "visit_context",
                                                  "visit",
                                                  "visit_search",
                                                  "page_day",
                                                  "session",
                                                  "trajectory",
                                                  "search",
                                                  "search_result",
                                                  "histogram_series",
                                                  "histogram",
                                                  "histogram_sum",
                                                  "coverage",
                                                  "loss",
                                                  "mark",
                                                  "browser",
                                                  "unreported",
                                                  "unreported_coverage",
                                                  "unreported_loss",
                                                  "unsampled",
                                                  "link_table",
                                                  "visit_links",
                                                  "link_press"};
  return tables;
}

Erased eraseRows(const SQLite::Database& database, const ErasureSelection& selection,
                 const Settings& settings) {
  executeOnce(database, "CREATE TEMP TABLE erased_visit (id INTEGER PRIMARY KEY) STRICT");
  if (selection.erasure().everything()) return eraseAll(database);
  selection.addFunction(database);
  return RowEraser(database, selection, settings).run();
}

}  // namespace dwell::monitor
