#pragma once

#include <SQLiteCpp/Database.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/settings.h"
#include "base/time.h"
#include "schemas/report.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// What the table `unreported` names. Persisted: values never change.
enum class UnreportedKind : std::uint8_t {
  kVisit = 1,
  kSession = 2,
  kTrajectory = 3,
  kSearch = 4,
  kMark = 5
};
constexpr std::int64_t number(UnreportedKind kind) { return static_cast<std::int64_t>(kind); }

/// What waits to be reported and is final (design section 5.10).
struct UnreportedRows {
  std::vector<schemas::Visit> visits;
  std::vector<schemas::VisitLinks> links;  ///< of some of `visits`, in their order
  std::vector<schemas::Session> sessions;
  std::vector<schemas::Trajectory> trajectories;
  std::vector<schemas::Search> searches;
  std::vector<std::int64_t> markIds;  ///< of `marks`, in step
  std::vector<schemas::ReportMark> marks;
  std::vector<schemas::ReportHistogram> histograms;
  std::vector<schemas::CoverageDay> coverage;
  std::map<std::string, std::int64_t> losses;
  bool all = true;  ///< nothing else waits

  /// Time that passed (coverage) and losses alone are no reason to send anything.
  bool worthReporting() const {
    return !visits.empty() || !sessions.empty() || !trajectories.empty() || !searches.empty() ||
           !marks.empty() || !histograms.empty();
  }
};

/// Which rows are final depends on the time: a session is over after its pause.
struct UnreportedQuery {
  WallTime now;
  Millis sessionPause = std::chrono::minutes(30);
  /// About so many rows at most, those within rows (buckets, results, steps) counted too, and so many bytes
  /// of text. What waits may be years of a machine that was offline: it is never all in memory. The first row
  /// comes in any case.
  std::size_t limit = 5'000;
  std::size_t bytes = 4 << 20;
  /// Fewer visits where their link tables, each once, and presses would be more than so many; one at least.
  std::size_t links = 40'000;
  bool countsOnly = false;  ///< histograms, coverage and losses; the rest waits
  /// Whose act is in force, since when.
  struct Act {
    std::string participant;
    WallTime accepted;
  };
  /// Where each participant agrees for themselves: rows of these alone, sessions, trajectories and searches
  /// by a visit of theirs since the act. None: whose they are makes no difference.
  std::vector<Act> acts;

  /// By the settings in force.
  static UnreportedQuery under(const Settings& settings, WallTime now, std::size_t limit = 5'000) {
    UnreportedQuery query;
    query.now = now;
    query.sessionPause = settings.sessionPause;
    query.limit = limit;
    query.countsOnly = settings.level == Level::kHistograms;
    return query;
  }
};

/// Within a transaction of the caller's, which also takes the rows: nothing may be written between.
UnreportedRows readUnreported(const SQLite::Database& database, const UnreportedQuery& query);

/// Takes `rows` out of what waits: they are in a report now. What was counted since stays.
void takeUnreported(const SQLite::Database& database, const UnreportedRows& rows);

}  // namespace dwell::monitor
