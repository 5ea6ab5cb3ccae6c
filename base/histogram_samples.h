#pragma once

#include <cstdint>
#include <vector>

#include "base/error.h"

namespace dwell {

/// How many samples were low ≤ v < high.
struct HistogramBucket {
  std::int64_t low = 0, high = 0, count = 0;
  friend bool operator==(const HistogramBucket&, const HistogramBucket&) = default;
};

/// What was counted: the buckets that hold something, ascending, and the sum of the samples. A value, without
/// its layout: that is what travels to the store, into a report and to the window.
struct HistogramSamples {
  std::vector<HistogramBucket> buckets;
  std::int64_t sum = 0;

  std::int64_t count() const;

  /// Adds what `other` counted. Error: buckets that overlap without being the same, so of another layout;
  /// nothing has changed then.
  Expected<void> merge(const HistogramSamples& other);

  /// The value that `percent` (0–100) of the samples lie below, spread evenly within a bucket; the low edge
  /// of a bucket that is one wide, or that is the overflow. 0 without samples.
  double percentile(double percent) const;

  friend bool operator==(const HistogramSamples&, const HistogramSamples&) = default;
};

}  // namespace dwell
