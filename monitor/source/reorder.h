#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "base/time.h"
#include "schemas/event.h"

namespace dwell::monitor {

/// How long events wait for earlier ones: the hook's drain interval (250 ms) plus 250 ms for the browser and
/// the bridge (design section 4).
inline constexpr Millis kReorderWindow{500};

/// Puts events of several sources into the order of their times before the tracker sees them.
/// Equal times keep the order of arrival. What comes after its time has been passed counts at that edge.
/// While somebody is known to have more to tell of a time that is past, it holds everything back, up to
/// kMostHeld. Pure: the time is passed in. Threads: any one.
class Reorder {
 public:
  explicit Reorder(Millis window = kReorderWindow) : window_(window) {}

  static constexpr std::size_t kMostHeld = 10'000;

  void add(schemas::Event event);

  /// From now on release() gives nothing, until it is called with false.
  void hold(bool held) { held_ = held; }

  /// Everything that is at least a window old at `now`, in order; the edge moves there.
  std::vector<schemas::Event> release(MonoTime now);

  /// Everything up to `now`, without waiting for the window: what comes later with an earlier time is late.
  std::vector<schemas::Event> releaseUpTo(MonoTime now);

  /// When release() would give something; nothing if nothing waits.
  std::optional<MonoTime> due() const;

  /// Times up to and with this one are passed; the tracker may be advanced to it.
  MonoTime edge() const { return edge_; }
  std::int64_t late() const { return late_; }

 private:
  Millis window_;
  bool held_ = false;
  MonoTime edge_{};
  std::int64_t late_ = 0;
  std::deque<schemas::Event> waiting_;  ///< in order of time, equal times in order of arrival
};

}  // namespace dwell::monitor
