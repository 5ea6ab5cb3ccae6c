#include "app/agent/coverage.h"

#include <algorithm>
#include <chrono>

namespace dwell::app {
namespace {

std::int64_t takeSeconds(Millis& sum) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(sum);
  sum -= whole;
  return whole.count();
}

}  // namespace

const char* agentStateName(AgentState state) {
  switch (state) {
    case AgentState::kRecording:
      return "recording";
    case AgentState::kPaused:
      return "paused";
    case AgentState::kNoConsent:
      return "no_consent";
  }
  return "";
}

void Coverage::note(Millis awake, WallTime wall, UtcOffset offset, AgentState state, bool browserConnected) {
  if (started_) {
    Millis left = std::max(Millis(0), awake - awake_);
    // Backwards from now, a local day at a time.
    for (WallTime end = wall; left > Millis(0);) {
      const auto day = localDay(end - Millis(1), offset);
      const WallTime midnight = WallTime(std::chrono::days(day)) - offset;
      const Millis length = std::min(left, end - midnight);
      add(day, length);
      left -= length;
      end -= length;
    }
  }
  started_ = true;
  awake_ = awake;
  state_ = state;
  browserConnected_ = browserConnected;
}

void Coverage::add(std::int32_t day, Millis length) {
  Sums& sums = days_[day];
  sums.running += length;
  if (browserConnected_) sums.browserConnected += length;
  switch (state_) {
    case AgentState::kRecording:
      sums.recording += length;
      break;
    case AgentState::kPaused:
      sums.paused += length;
      break;
    case AgentState::kNoConsent:
      sums.withoutConsent += length;
      break;
  }
}

std::vector<schemas::CoverageDay> Coverage::take() {
  std::vector<schemas::CoverageDay> whole;
  for (auto& [day, sums] : days_) {
    schemas::CoverageDay seconds;
    seconds.day = day;
    seconds.runningS = takeSeconds(sums.running);
    seconds.recordingS = takeSeconds(sums.recording);
    seconds.pausedS = takeSeconds(sums.paused);
    seconds.withoutConsentS = takeSeconds(sums.withoutConsent);
    seconds.browserConnectedS = takeSeconds(sums.browserConnected);
    // Each sum has a rest of its own, so any of them may be the first to reach a second.
    if (seconds.runningS + seconds.recordingS + seconds.pausedS + seconds.withoutConsentS +
            seconds.browserConnectedS >
        0)
      whole.push_back(seconds);
  }
  // Of past days less than a second is left, which is given up.
  if (days_.size() > 1) days_.erase(days_.begin(), std::prev(days_.end()));
  return whole;
}

}  // namespace dwell::app
