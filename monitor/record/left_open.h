#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/time.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// What a kill left unfinished in the store. It goes through the recorder into the first batch of the next
/// run, so that its histogram samples are written in the transaction that settles it.
struct LeftOpen {
  /// Closed as agent_stopped at the last moment that the store knows of; not written yet.
  std::vector<schemas::Visit> visits;
  std::vector<schemas::Trajectory> trajectories;

  /// Rows that stand as they are, whose samples were still to come.
  struct Unsampled {
    std::vector<schemas::Visit> visits;  ///< ended: what their finality tells
    std::vector<schemas::Session> sessions;
    std::vector<schemas::Trajectory> trajectories;
  } unsampled;

  std::map<std::int64_t, WallTime> firstClicks;  ///< by SERP visit among the visits: the start of the first
};

}  // namespace dwell::monitor
