#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/time.h"

namespace dwell::monitor {

/// Maps the X server's time stamps (32-bit milliseconds that wrap after 49.7 days) to the clock of events.
/// Each observation pairs a stamp with a moment just before the server made it, so that every offset is a
/// little too small and the greatest one is the best: both clocks run alike, and what makes the offset
/// really grow, a suspend, raises it at the next observation.
class X11Clock {
 public:
  /// `before`: when the request was sent to which the server answered with `stamp`.
  void observe(std::uint32_t stamp, MonoTime before) {
    unwrapped_ = unwrap(stamp);
    stamp_ = stamp;
    const Millis offset = before.time_since_epoch() - Millis(unwrapped_);
    offset_ = offset_ ? std::max(*offset_, offset) : offset;
  }

  bool observed() const { return offset_.has_value(); }

  /// Milliseconds on a line without wraps, within 24 days of the last observation.
  std::int64_t unwrap(std::uint32_t stamp) const {
    return stamp_ ? unwrapped_ + static_cast<std::int32_t>(stamp - *stamp_) : stamp;
  }
  std::int64_t lastObserved() const { return unwrapped_; }

  MonoTime toMono(std::int64_t unwrapped) const {
    return MonoTime(Millis(unwrapped) + offset_.value_or(Millis(0)));
  }

 private:
  std::optional<std::uint32_t> stamp_;
  std::int64_t unwrapped_ = 0;
  std::optional<Millis> offset_;
};

}  // namespace dwell::monitor
