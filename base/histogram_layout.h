#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace dwell {

/// A persisted enum of the registry.
enum class HistogramKind : std::uint8_t { kExponential, kLinear, kBoolean, kEnumeration, kSparse };
std::string_view histogramKindName(HistogramKind kind);

/// Values are clamped into 0 … kMaxSample; kSampleEnd is the end of the last bucket. As Chromium's.
inline constexpr std::int32_t kSampleEnd = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int32_t kMaxSample = kSampleEnd - 1;

/// The edges of a histogram's buckets by Chromium's rules, and the bucket of a value.
/// n buckets have n + 1 edges; the first is 0, the last kSampleEnd; bucket i holds edge(i) ≤ v < edge(i + 1).
/// Bucket 0 is the underflow [0, min), bucket n - 1 the overflow [max, …).
/// A value: immutable once made. Threads: any.
/// Source: facts of base/metrics/histogram.cc; its test vectors are in tests/base/histogram_layout_test.cpp.
class BucketLayout {
 public:
  /// What Chromium takes silently is taken (a min below 1 is 1, a max beyond the largest sample is that);
  /// what it flags is an error: max ≤ min, fewer than 3 buckets or more than fit or than 1002.
  static Expected<BucketLayout> exponential(std::int64_t min, std::int64_t max, std::int64_t buckets);
  static Expected<BucketLayout> linear(std::int64_t min, std::int64_t max, std::int64_t buckets);
  /// 0 and 1.
  static BucketLayout boolean();
  /// One bucket for each of 0 … maxValue.
  static Expected<BucketLayout> enumeration(std::int64_t maxValue);

  std::size_t bucketCount() const { return edges_.size() - 1; }
  const std::vector<std::int32_t>& edges() const { return edges_; }
  std::int32_t edge(std::size_t i) const { return edges_[i]; }

  /// The bucket of `value`, which is in 0 … kMaxSample.
  std::size_t bucketOf(std::int32_t value) const {
    const auto sample = static_cast<std::uint32_t>(value);
    const Cell& cell = cells_[cellOf(sample)];
    const std::size_t bucket = cell.bucketAbove - (sample < cell.edge ? 1U : 0U);
    return oneStep_ ? bucket : stepFrom(bucket, sample);
  }

  friend bool operator==(const BucketLayout& a, const BucketLayout& b) { return a.edges_ == b.edges_; }

 private:
  /// A cell is an octave's eighth: the leading bit and three below it. While neighbouring edges are more than
  /// an eighth apart a cell holds one edge at most, so one comparison finds the bucket.
  struct Cell {
    std::uint32_t edge = 0;  ///< the first above the cell's lowest value
    std::uint32_t bucketAbove = 0;
  };
  static constexpr std::size_t kCells = 232;
  static std::size_t cellOf(std::uint32_t value) {
    // Values below 8 are their own cell. 31 ^ is 31 -, as compilers see it is the place of the leading bit.
    const auto shift =
        static_cast<std::size_t>(31U ^ static_cast<unsigned>(std::countl_zero(value | 8U))) - 3;
    return (shift << 3) + (value >> shift);
  }
  /// Where a cell holds several edges.
  std::size_t stepFrom(std::size_t bucket, std::uint32_t value) const;

  explicit BucketLayout(std::vector<std::int32_t> edges);

  std::vector<std::int32_t> edges_;
  std::array<Cell, kCells> cells_{};
  bool oneStep_ = false;  ///< no cell holds more than one edge
};

}  // namespace dwell
