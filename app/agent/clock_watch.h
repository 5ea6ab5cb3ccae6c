#pragma once

#include <optional>

#include "base/time.h"

namespace dwell::app {

/// Finds suspends by the growth of the clock that runs on in suspend against the one that does not.
/// Pure. Threads: any one.
class ClockWatch {
 public:
  struct Suspended {
    MonoTime from, to;
  };

  /// To be told both clocks at every wake-up, before anything else is done with it.
  /// Gives a suspend since the last call, as ending just before now: the program wakes with the first input
  /// or message after it, whose own time is a little earlier than this one.
  std::optional<Suspended> observe(MonoTime boot, Millis awake);

 private:
  /// Shorter ones cannot be told from a pause between reading the two clocks.
  static constexpr Millis kShortest{1000};
  static constexpr Millis kMargin{100};
  std::optional<Millis> distance_;
};

inline std::optional<ClockWatch::Suspended> ClockWatch::observe(MonoTime boot, Millis awake) {
  const Millis distance = boot.time_since_epoch() - awake;
  const Millis slept = distance - distance_.value_or(distance);
  if (slept != Millis(0) && slept < kShortest) return std::nullopt;
  distance_ = distance;
  if (slept == Millis(0)) return std::nullopt;
  return Suspended{boot - slept - kMargin, boot - kMargin};
}

}  // namespace dwell::app
