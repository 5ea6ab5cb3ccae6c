#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "base/time.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// Stretches of use without a pause (5.5). Keeps a session until its visits have ended.
/// Threads: any one.
class Sessions {
 public:
  Sessions(Millis pause, std::int64_t first) : pause_(pause), next_(first) {}

  /// Activity at `now`; `wallAtZero` is the clock that a session which starts here keeps.
  void activity(MonoTime now, WallTime wallAtZero);

  /// The session in progress, if any.
  std::optional<std::int64_t> inProgress(MonoTime now) const;

  /// Whether nothing can happen in it any more. None is over.
  bool over(std::optional<std::int64_t> session, MonoTime now) const;

  /// Whether it is over, its visits have ended, and take() has told so.
  bool gone(std::int64_t session) const { return states_.count(session) == 0; }

  void visitStarted(std::int64_t session);
  void visitEnded(std::int64_t session, bool inRedirect);
  void addActive(std::int64_t session, std::int64_t ms);

  /// Those that changed since the last call, in order.
  void take(std::vector<schemas::Session>& out);

 private:
  struct State {
    schemas::Session told;
    WallTime wallAtZero;
    std::int64_t openVisits = 0;
    bool changed = true;
  };

  Millis pause_;
  std::int64_t next_;
  std::map<std::int64_t, State> states_;
  State* current_ = nullptr;  ///< the latest; stays until the next begins
  MonoTime lastActivity_;     ///< valid with current_
};

}  // namespace dwell::monitor
