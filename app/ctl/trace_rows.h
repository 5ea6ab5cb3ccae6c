#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "monitor/tracker/tracker.h"

namespace dwell::app {

/// What a trace gave, until it is printed: a tracker's outputs, of which later ones win, then everything in
/// order, numbered as design section 12 says (visits in order of start, trajectories in order of their first
/// step without the withdrawn ones, searches in order of their first SERP visit).
/// Kept in a temporary database, so memory does not grow with the trace. Threads: any one. Throws
/// SQLite::Exception when there is no room for it.
class TraceRows {
 public:
  /// How a visit will be printed.
  using VisitText = std::function<std::string(const schemas::Visit&)>;
  explicit TraceRows(VisitText visitText);

  void add(const monitor::TrackerOutput& output);

  using Each = std::function<void(std::string_view text)>;
  void eachVisit(const Each& each);
  /// As JSON.
  void eachSession(const Each& each);
  void eachTrajectory(const Each& each);
  void eachSearch(const Each& each);

  std::int64_t visits() const { return count("visit"); }
  std::int64_t sessions() const { return count("session"); }
  std::int64_t trajectories() const { return count("trajectory"); }
  std::int64_t searches() const { return count("search"); }

 private:
  std::int64_t count(const char* table) const;

  VisitText visitText_;
  mutable SQLite::Database database_;
  SQLite::Statement putVisit_, putSession_, putTrajectory_, putSearch_, dropTrajectory_, dropSearch_;
};

}  // namespace dwell::app
