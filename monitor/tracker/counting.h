#pragma once

#include <algorithm>
#include <cstdint>

namespace dwell::monitor {

/// The largest count kept: what a JSON number still holds exactly.
inline constexpr std::int64_t kMostCounted = (std::int64_t{1} << 53) - 1;

/// Adds `n` to `sum` within 0 … kMostCounted, whatever `n` is. `sum` is within it.
constexpr void addSaturated(std::int64_t& sum, std::int64_t n) {
  sum = std::min(kMostCounted, sum + std::clamp(n, std::int64_t{0}, kMostCounted));
}

}  // namespace dwell::monitor
