#pragma once

#include <cstdint>
#include <unordered_map>

namespace dwell::monitor {

/// On which local day each URL was first visited: what a revisit is told by (5.8). It is the one thing a
/// tracker has to keep for ever, so a host that follows long stretches may keep it elsewhere than in memory.
/// Threads: the tracker's.
class FirstDays {
 public:
  virtual ~FirstDays() = default;

  /// Notes that the URL with this hash was visited on `day`. Gives the earliest day noted, this one included.
  virtual std::int32_t note(std::uint64_t urlHash, std::int32_t day) = 0;
};

/// In memory, some 40 bytes a URL.
class FirstDaysInMemory final : public FirstDays {
 public:
  std::int32_t note(std::uint64_t urlHash, std::int32_t day) override {
    std::int32_t& first = days_.try_emplace(urlHash, day).first->second;
    if (day < first) first = day;
    return first;
  }

 private:
  std::unordered_map<std::uint64_t, std::int32_t> days_;
};

}  // namespace dwell::monitor
