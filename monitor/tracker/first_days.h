#pragma once

#include <algorithm>
#include <cstdint>

#include "base/recent_map.h"

namespace dwell::monitor {

/// On which local day each URL was first visited: what a revisit is told by (5.8). It is the one thing a
/// tracker has to keep for ever, so a host that has nobody to ask of it later keeps it elsewhere than in
/// memory.
/// Threads: the tracker's.
class FirstDays {
 public:
  virtual ~FirstDays() = default;

  /// Notes that the URL with this hash was visited on `day`. Gives the earliest day noted, this one included.
  virtual std::int32_t note(std::uint64_t urlHash, std::int32_t day) = 0;
};

/// In memory, of the last 2,000 URLs and more; of what is forgotten TrackerSettings::visitedBefore knows.
class FirstDaysInMemory final : public FirstDays {
 public:
  std::int32_t note(std::uint64_t urlHash, std::int32_t day) override {
    const std::int32_t* const known = days_.find(urlHash);
    const std::int32_t first = known != nullptr ? std::min(*known, day) : day;
    days_.put(urlHash, first);
    return first;
  }

 private:
  RecentMap<std::int32_t> days_;
};

}  // namespace dwell::monitor
