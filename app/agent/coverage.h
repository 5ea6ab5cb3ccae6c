#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "base/time.h"
#include "schemas/report.h"

namespace dwell::app {

/// What the agent is doing, for coverage and status.
enum class AgentState { kRecording, kPaused, kNoConsent };
const char* agentStateName(AgentState state);  ///< as in control.schema.json

/// Adds up how long the agent was in which state, per local day, so that no data does not look like no
/// behaviour (design section 7). Suspended time is in no state: durations are of the awake clock.
/// Pure. Threads: any one.
class Coverage {
 public:
  /// The time since the last call was spent as that call said; from here on as this one says.
  /// `awake`: readAwakeTime(); `wall` and `offset` say on which day it is.
  void note(Millis awake, WallTime wall, UtcOffset offset, AgentState state, bool browserConnected);

  /// Whole seconds since the last take(); what is left of a second stays for the next.
  std::vector<schemas::CoverageDay> take();

 private:
  struct Sums {
    Millis running{}, recording{}, paused{}, withoutConsent{}, browserConnected{};
  };
  void add(std::int32_t day, Millis length);

  bool started_ = false;
  Millis awake_{};
  AgentState state_ = AgentState::kNoConsent;
  bool browserConnected_ = false;
  std::map<std::int32_t, Sums> days_;
};

}  // namespace dwell::app
