#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "tests/support/reference/lives.h"
#include "tests/support/reference/trace.h"

namespace dwell::tests::reference {

constexpr std::size_t kBuckets = 13;
using PerBucket = std::array<std::int64_t, kBuckets>;

/// The lower edges of 5.3's buckets of input age.
constexpr PerBucket kLowerEdgesMs{0,      1'000,  2'000,   3'000,   5'000,   10'000, 15'000,
                                  30'000, 60'000, 120'000, 180'000, 300'000, 900'000};

/// What 5.2 and 5.3 say of one visit's time. All in ms, times since the trace's start.
struct Attention {
  std::int64_t total = 0;
  PerBucket byInputAge{};
  PerBucket audible{};
  std::int64_t visibleUnattended = 0;
  std::int64_t first = kNone;  ///< none: never attended
  std::int64_t last = kNone;
  PerBucket gapCount{};
  PerBucket gapSum{};
  std::int64_t censored = 0;

  /// Of an edge of the buckets.
  std::int64_t activeBelow(std::int64_t threshold) const;
};

/// One visit attended without a break, longer than 0 ms.
struct Stretch {
  int visit = kNone;
  std::size_t startEvent = 0;
  std::int64_t from = 0;
  std::int64_t to = 0;
};

struct AttentionOfAll {
  std::vector<Attention> ofVisit;
  std::vector<Stretch> stretches;  ///< in order of time
};

AttentionOfAll attend(const Trace& trace, const Lives& lives);

}  // namespace dwell::tests::reference
