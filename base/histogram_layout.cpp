#include "base/histogram_layout.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace dwell {
namespace {

constexpr std::int64_t kMaxBuckets = 1002;

struct Range {
  std::int64_t min, max, buckets;
};

Expected<Range> checked(std::int64_t min, std::int64_t max, std::int64_t buckets) {
  min = std::max<std::int64_t>(min, 1);
  max = std::min<std::int64_t>(max, kMaxSample);
  if (max <= min) return failure("max is not above min", "", "max of at least " + std::to_string(min + 1));
  const std::int64_t most = std::min(kMaxBuckets, max - min + 2);
  if (buckets < 3 || buckets > most) {
    return failure("wrong number of buckets", "", "3 to " + std::to_string(most));
  }
  return Range{min, max, buckets};
}

/// Edges by each bucket's share of the logarithm that is left, taken anew from every rounded edge: what the
/// steps of 1 at the low end cost is spread over the rest, and the last edge is max exactly.
std::vector<std::int32_t> exponentialEdges(const Range& range) {
  std::vector<std::int32_t> edges = {0, static_cast<std::int32_t>(range.min)};
  const double logMax = std::log(static_cast<double>(range.max));
  for (std::int64_t i = 2; i < range.buckets; ++i) {
    const double logEdge = std::log(static_cast<double>(edges.back()));
    const double share = (logMax - logEdge) / static_cast<double>(range.buckets - i);
    const auto next = static_cast<std::int32_t>(std::round(std::exp(logEdge + share)));
    edges.push_back(std::max(next, edges.back() + 1));
  }
  edges.push_back(kSampleEnd);
  return edges;
}

std::vector<std::int32_t> linearEdges(const Range& range) {
  std::vector<std::int32_t> edges = {0};
  const auto min = static_cast<double>(range.min);
  const auto max = static_cast<double>(range.max);
  const auto steps = static_cast<double>(range.buckets - 2);
  for (std::int64_t i = 1; i < range.buckets; ++i) {
    const auto done = static_cast<double>(i - 1);
    edges.push_back(static_cast<std::int32_t>(std::floor((min * (steps - done) + max * done) / steps + 0.5)));
  }
  edges.push_back(kSampleEnd);
  return edges;
}

}  // namespace

std::string_view histogramKindName(HistogramKind kind) {
  switch (kind) {
    case HistogramKind::kExponential:
      return "exponential";
    case HistogramKind::kLinear:
      return "linear";
    case HistogramKind::kBoolean:
      return "boolean";
    case HistogramKind::kEnumeration:
      return "enumeration";
    case HistogramKind::kSparse:
      return "sparse";
  }
  return {};
}

Expected<BucketLayout> BucketLayout::exponential(std::int64_t min, std::int64_t max, std::int64_t buckets) {
  return checked(min, max, buckets).map([](const Range& range) {
    return BucketLayout(exponentialEdges(range));
  });
}

Expected<BucketLayout> BucketLayout::linear(std::int64_t min, std::int64_t max, std::int64_t buckets) {
  return checked(min, max, buckets).map([](const Range& range) { return BucketLayout(linearEdges(range)); });
}

BucketLayout BucketLayout::boolean() { return BucketLayout({0, 1, 2, kSampleEnd}); }

Expected<BucketLayout> BucketLayout::enumeration(std::int64_t maxValue) {
  // An enum of one value gets a second bucket, as Chromium's.
  const std::int64_t end = std::max<std::int64_t>(maxValue + 1, 2);
  return linear(1, end, end + 1);
}

BucketLayout::BucketLayout(std::vector<std::int32_t> edges) : edges_(std::move(edges)) {
  std::size_t most = 0;  // edges inside one cell
  std::size_t bucket = 0;
  for (std::size_t cell = 0; cell < kCells; ++cell) {
    const std::size_t shift = cell < 16 ? 0 : cell / 8 - 1;
    const std::int64_t low = static_cast<std::int64_t>(cell - shift * 8) << shift;
    const std::int64_t high = low + (std::int64_t{1} << shift);
    while (low >= edges_[bucket + 1]) ++bucket;
    cells_[cell] = {static_cast<std::uint32_t>(edges_[bucket + 1]), static_cast<std::uint32_t>(bucket + 1)};
    std::size_t inside = 0;
    while (bucket + inside + 2 < edges_.size() && edges_[bucket + inside + 1] < high) ++inside;
    most = std::max(most, inside);
  }
  oneStep_ = most <= 1;
}

std::size_t BucketLayout::stepFrom(std::size_t bucket, std::uint32_t value) const {
  while (value >= static_cast<std::uint32_t>(edges_[bucket + 1])) ++bucket;
  return bucket;
}

}  // namespace dwell
