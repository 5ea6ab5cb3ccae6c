#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "base/histogram_layout.h"
#include "base/histogram_samples.h"

namespace dwell {

/// Counts samples in the buckets of a layout.
/// One thread owns it, writes and reads: the counters are plain 64-bit integers, without locks or atomics (a
/// sample costs 2 ns so; three locked adds cost ten times that).
class Histogram {
 public:
  explicit Histogram(std::shared_ptr<const BucketLayout> layout);

  /// A sample is clamped into 0 … kMaxSample, for its bucket and for the sum.
  void add(std::int64_t value) {
    const std::int32_t sample = clamped(value);
    ++counts_[layout_->bucketOf(sample)];
    sum_ += sample;
  }
  /// `count` samples of `value`; at least 1.
  void add(std::int64_t value, std::int64_t count) {
    assert(count > 0);
    const std::int32_t sample = clamped(value);
    counts_[layout_->bucketOf(sample)] += count;
    sum_ += sample * count;
  }

  /// Adds what was counted elsewhere. Error: a bucket that is none of this layout's; nothing has changed
  /// then.
  Expected<void> add(const HistogramSamples& samples);

  /// All since it was made.
  HistogramSamples total() const;
  /// What came since the last delta: each sample is in exactly one.
  HistogramSamples snapshotDelta();

  const BucketLayout& layout() const { return *layout_; }

 private:
  static std::int32_t clamped(std::int64_t value) {
    if (static_cast<std::uint64_t>(value) > kMaxSample) [[unlikely]]
      value = value < 0 ? 0 : kMaxSample;
    return static_cast<std::int32_t>(value);
  }

  std::shared_ptr<const BucketLayout> layout_;
  std::vector<std::int64_t> counts_;
  std::int64_t sum_ = 0;
  std::vector<std::int64_t> reportedCounts_;  ///< of earlier deltas
  std::int64_t reportedSum_ = 0;
};

/// Counts each value by itself, for codes with large and few values. Values are clamped into 32 bits, signed.
/// Threads: as Histogram.
class SparseHistogram {
 public:
  void add(std::int64_t value, std::int64_t count = 1);
  /// Error: a bucket that is wider than one value; nothing has changed then.
  Expected<void> add(const HistogramSamples& samples);
  HistogramSamples total() const { return total_; }
  HistogramSamples snapshotDelta();

 private:
  HistogramSamples total_;
  HistogramSamples delta_;
};

}  // namespace dwell
