#pragma once

#include <algorithm>
#include <optional>

#include "base/time.h"

namespace dwell::monitor {

/// Maps a sender's wall time to the clock of events. Each message says when it was sent; its way only makes
/// it late, so that the smallest difference between arrival and sending is the truest: on a busy machine a
/// message is under way for some 100 ms, and would move what it tells by as much. The sender is on this
/// machine, whose clocks run alike but for a wall clock that is set. One set forward makes the difference
/// smaller, and counts at once; one set back looks like a long way, and counts at once above kLongestWay,
/// else within two kMemory. The order of what one sender tells is kept, since its messages arrive in order.
/// Pure.
class SenderClock {
 public:
  static constexpr Millis kLongestWay{2'000};
  static constexpr Millis kMemory{5 * 60'000};

  /// A message has come, sent at the sender's wall time `sent`.
  void observe(Millis sent, MonoTime arrival) {
    const Millis difference = arrival.time_since_epoch() - sent;
    if (!smallest_ || difference - offset() > kLongestWay) {
      *this = {};
      since_ = arrival;
      smallest_ = difference;
    } else if (arrival - since_ >= kMemory) {
      before_ = smallest_;
      smallest_ = difference;
      since_ = arrival;
    }
    smallest_ = std::min(*smallest_, difference);
  }

  /// When it was by this machine's clock of events; only after a message was observed.
  MonoTime toMono(Millis sender) const { return MonoTime(sender + offset()); }

 private:
  Millis offset() const { return std::min(*smallest_, before_.value_or(*smallest_)); }

  MonoTime since_{};
  std::optional<Millis> smallest_;  ///< since then
  std::optional<Millis> before_;    ///< in the stretch before
};

}  // namespace dwell::monitor
