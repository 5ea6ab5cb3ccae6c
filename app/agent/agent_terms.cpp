// What the agent may do now: consent, the experiment's settings and end, pauses, who sits at the machine.
#include <utility>

#include "app/agent/agent.h"
#include "base/clock.h"
#include "base/log.h"
#include "monitor/store/hash_key.h"

namespace dwell::app {

Expected<void> Agent::reload() {
  auto settings = readSettings(paths_.configFile);
  if (!settings) return tl::unexpected(settings.error());
  own_ = std::move(*settings);
  setLogLevel(own_.logLevel);
  auto decided = decide();
  uploads_.anew(terms_.asked);  // consent and enrolment come by here, too
  return decided;
}

/// Looks up what holds now, and is in the state that it says. Errors: the key of keyed hashes can't be had;
/// then nothing is recorded.
Expected<void> Agent::decide() {
  auto terms = store_.terms(own_, participant_, readWallTime());
  const auto key = monitor::hashKeyFor(terms.inForce, paths_.hashKey());
  // What was measured under the old settings is finished under them.
  if (pipeline_ && (!key || *key != key_ || terms.inForce != settings_)) enter(AgentState::kNoConsent);
  const bool otherRhythm = terms.asked.uploadInterval != terms_.asked.uploadInterval ||
                           terms.asked.uploadFirstAfter != terms_.asked.uploadFirstAfter;
  terms_ = std::move(terms);
  settings_ = terms_.inForce;
  if (key) key_ = *key;
  setAlarm();
  if (!key || terms_.standing != monitor::Standing::kRecords)
    enter(AgentState::kNoConsent);
  else
    enter(pause_ ? AgentState::kPaused : AgentState::kRecording);
  if (otherRhythm) uploads_.anew(terms_.asked);
  publish();
  if (!key) return tl::unexpected(key.error());
  return {};
}

/// decide() where nobody waits for an answer. If the store can't be read it is as it was; what happens after
/// the end is left out by the pipeline itself.
void Agent::decideAnew() {
  try {
    store_.notePause(pause_);
    if (const auto decided = decide(); !decided) logError(decided.error().message());
  } catch (const std::exception& error) {
    logError(std::string("what may be recorded can't be looked up: ") + error.what());
  }
}

/// Reports of what was recorded go while a consent stands and somebody is there to get them, also after the
/// experiment's end.
bool Agent::mayUpload() {
  return terms_.standing != monitor::Standing::kNoConsent &&
         terms_.standing != monitor::Standing::kOtherTerms && store_.enrolled();
}

void Agent::setAlarm() {
  std::optional<WallTime> next =
      terms_.standing == monitor::Standing::kRecords ? settings_.end : std::nullopt;
  if (pause_ && pause_->until) next = next ? std::min(*next, *pause_->until) : *pause_->until;
  alarm_.set(next);
}

void Agent::alarm() {
  if (pause_ && pause_->until && readWallTime() >= *pause_->until) {
    resume();
  } else {
    decideAnew();
  }
}

Expected<void> Agent::pause(std::optional<WallTime> until) {
  if (until && *until <= readWallTime())
    return failure("the pause would be over already", "/until_ms", "a time to come");
  pause_ = StoreLane::Pause{until};
  if (state_ == AgentState::kRecording) enter(AgentState::kPaused);
  store_.notePause(pause_);
  setAlarm();
  return {};
}

void Agent::resume() {
  pause_.reset();
  decideAnew();
}

/// `label` uses the machine from now on. Where each participant agrees for themselves, recording ends with
/// the one before. Errors: who comes has not agreed; then nobody is named.
Expected<void> Agent::takeSeat(const std::optional<std::string>& label) {
  participant_ = label;
  if (!terms_.asked.consentPerParticipant) return tell(schemas::Participant{label});
  enter(AgentState::kNoConsent);
  auto decided = decide();
  if (!decided || !label || terms_.standing == monitor::Standing::kRecords) return decided;
  const monitor::StandingText why = monitor::standingText(terms_.standing);
  const bool agreed = terms_.given.has_value();
  participant_.reset();
  decided = decide();
  if (!decided) return decided;
  return failure(agreed ? why.what : "this participant has not agreed", "agent",
                 "dwellctl consent accept --participant LABEL");
}

}  // namespace dwell::app
