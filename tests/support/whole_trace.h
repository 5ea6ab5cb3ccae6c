#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "monitor/tracker/tracker.h"
#include "schemas/visit.h"

namespace dwell::tests {

/// What a whole trace gave, numbered as design section 12 says: visits in order of start, trajectories in
/// order of their first step without the withdrawn ones, searches in order of their first SERP visit, both
/// from 1.
struct WholeTrace {
  std::vector<schemas::Visit> visits;
  std::vector<schemas::Session> sessions;
  std::vector<schemas::Trajectory> trajectories;
  std::vector<schemas::Search> searches;
};

/// As `dwellctl replay --json` prints it, without its histograms; active time at 15 s.
nlohmann::ordered_json documentOf(const WholeTrace& trace);

/// Collects the outputs of a tracker, of which later ones win.
/// Memory: all that it gives in the end. Threads: any one.
class Results {
 public:
  void add(monitor::TrackerOutput output);

  /// Leaves it empty.
  WholeTrace whole();

 private:
  std::map<std::int64_t, schemas::Visit> visits_;
  std::map<std::int64_t, schemas::Session> sessions_;
  std::map<std::int64_t, schemas::Trajectory> trajectories_;
  std::map<std::int64_t, schemas::Search> searches_;
};

}  // namespace dwell::tests
