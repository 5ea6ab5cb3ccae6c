#pragma once

#include <cmath>
#include <cstdint>
#include <optional>

namespace dwell::monitor {

/// Pointer motion in slots of 50 ms, so that counts do not depend on the mouse's polling rate; slots with
/// less than 3 px of path are dropped: a trembling mouse is nobody (design section 4).
/// Times are the X server's, unwrapped.
class MotionSlots {
 public:
  static constexpr std::int64_t kSlotMs = 50;
  static constexpr double kLeastPx = 3.0;

  struct Moved {
    std::int64_t lastMs = 0;      ///< of the slot's last motion
    std::int64_t distancePx = 0;  ///< of its path
  };

  /// Takes a motion of `px`; gives the slot before it, if this begins another one.
  std::optional<Moved> add(std::int64_t ms, double px) {
    std::optional<Moved> ended;
    if (slot_ && *slot_ != ms / kSlotMs) ended = take();
    slot_ = ms / kSlotMs;
    lastMs_ = ms;
    px_ += px;
    return ended;
  }

  /// When the slot in progress ends; none if nothing in it would count.
  std::optional<std::int64_t> endMs() const {
    if (!slot_ || px_ < kLeastPx) return std::nullopt;
    return (*slot_ + 1) * kSlotMs;
  }

  /// The slot in progress, if it is over at `ms`.
  std::optional<Moved> endBy(std::int64_t ms) {
    if (!slot_ || (*slot_ + 1) * kSlotMs > ms) return std::nullopt;
    return take();
  }

 private:
  std::optional<Moved> take() {
    const Moved moved{lastMs_, std::llround(px_)};
    const bool counts = px_ >= kLeastPx;
    slot_.reset();
    px_ = 0;
    return counts ? std::optional(moved) : std::nullopt;
  }

  std::optional<std::int64_t> slot_;
  std::int64_t lastMs_ = 0;
  double px_ = 0;
};

}  // namespace dwell::monitor
