#pragma once

#include <cstdint>
#include <optional>

namespace dwell::monitor {

/// Which days the clock may be believed by what deletes by age. A clock that was set ahead, or a machine that
/// rested for long, would have everything deleted at once; so a day more than kMostAtOnce ahead of the last
/// one that was believed has to be held up by the days after it, first. Back it may go at once: then less is
/// old. A value; pure.
struct TrustedDay {
  static constexpr std::int32_t kMostAtOnce =
      7;                                     ///< days: a machine that is used each week waits for nothing
  static constexpr std::int32_t kProof = 3;  ///< days from the first one that was ahead

  std::optional<std::int32_t> last;                   ///< local day that was believed
  std::optional<std::int32_t> aheadSince, aheadLast;  ///< of the days that are not yet

  /// Notes that it is `today` by the clock; gives whether to believe it.
  bool believe(std::int32_t today);

  friend bool operator==(const TrustedDay&, const TrustedDay&) = default;
};

}  // namespace dwell::monitor
