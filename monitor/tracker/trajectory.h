#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "base/time.h"
#include "monitor/tracker/live_visit.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// A log-in's trajectory while it is followed. Shared by its tabs and its steps.
struct LoginTrajectory {
  schemas::Trajectory told;  ///< id 0: not numbered yet
  WallTime wallAtZero;       ///< the login visit's
  MonoTime submission;       ///< the login visit's last
  MonoTime lastStepStart;
  std::optional<MonoTime> lastAttention;  ///< on a step, as far as stretches have ended
  std::int64_t openTabs = 0;
  bool running = true;
  bool withdrawn = false;
  LiveVisit* firstStep = nullptr;          ///< while its log-in may still turn out to have failed
  std::vector<LiveVisit*> unsettledSteps;  ///< all steps, until settled
  std::unordered_set<std::string> urls;
  bool changed = false;

  /// The later of the last attention and the start of the last step (5.6).
  MonoTime lastMoment() const {
    return lastAttention && *lastAttention > lastStepStart ? *lastAttention : lastStepStart;
  }
  /// Whether number and existence are fixed.
  bool settled() const { return told.id != 0 && firstStep == nullptr; }
};

/// The pages that follow a log-in (5.6).
/// A trajectory gets its number when it is sure that the log-in did not fail (its first step has another URL
/// than the login page, or has ended without a login form), or when a later one gets its number first.
/// Threads: any one. The attended visit and the time are passed in, as they are at the moment of the call.
class Trajectories {
 public:
  explicit Trajectories(std::int64_t first) : next_(first) {}

  struct Step {
    LiveVisit* before = nullptr;  ///< the visit that the navigation ended, if any
    LiveVisit* visit = nullptr;   ///< the one that it started, if any
    bool leadsOn = false;         ///< it is a redirect or a form_submit
  };
  void navigated(Tab& tab, const Step& step, MonoTime now);
  void resumed(Tab& tab, LiveVisit& visit, MonoTime now);
  void tabOpened(Tab& opener, Tab& tab);
  void tabClosed(Tab& tab, MonoTime now);
  void loginFormShown(LiveVisit& visit);

  /// A stretch of attention longer than 0 on a step ended.
  void attended(LiveVisit& visit, MonoTime end);
  void addActive(LiveVisit& visit, std::int64_t ms);
  void visitEnded(LiveVisit& visit);

  /// Ends those without a step or attention for 30 min.
  void expire(const LiveVisit* attended, MonoTime now);
  /// No trajectory expires before this.
  MonoTime nextExpiry() const { return nextExpiry_; }
  void finish(MonoTime now);

  /// Those numbered and changed since the last call, and the numbers that are withdrawn.
  void take(std::vector<schemas::Trajectory>& out, std::vector<std::int64_t>& withdrawn);

  /// Visits that had ended before their trajectory got its number or was withdrawn; cleared by the caller.
  std::vector<LiveVisit*>& amended() { return amended_; }

 private:
  using Shared = std::shared_ptr<LoginTrajectory>;

  void begin(Tab& tab, LiveVisit& login, LiveVisit& first, MonoTime now);
  void addStep(const Shared& trajectory, LiveVisit& visit, MonoTime now);
  /// Frees `site` for `newcomer`.
  void takeSite(const Shared& newcomer, const std::string& site, MonoTime now);
  void end(const Shared& trajectory, const char* reason, MonoTime at);
  void confirm(const Shared& trajectory);
  void number(const Shared& trajectory);
  void touch(const Shared& trajectory);

  std::int64_t next_;
  std::vector<Shared> running_;     ///< in order of start
  std::vector<Shared> unnumbered_;  ///< in order of start
  std::vector<Shared> changed_;
  std::vector<std::int64_t> withdrawn_;
  std::vector<LiveVisit*> amended_;
  MonoTime nextExpiry_ = MonoTime::max();
};

}  // namespace dwell::monitor
