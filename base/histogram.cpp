#include "base/histogram.h"

#include <limits>

namespace dwell {
namespace {

HistogramSamples samplesOf(const BucketLayout& layout, const std::vector<std::int64_t>& counts,
                           std::int64_t sum) {
  HistogramSamples samples;
  samples.sum = sum;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) samples.buckets.push_back({layout.edge(i), layout.edge(i + 1), counts[i]});
  }
  return samples;
}

void addOne(HistogramSamples& samples, std::int64_t value, std::int64_t count) {
  auto place = std::lower_bound(samples.buckets.begin(), samples.buckets.end(), value,
                                [](const HistogramBucket& bucket, std::int64_t v) { return bucket.low < v; });
  if (place == samples.buckets.end() || place->low != value) {
    place = samples.buckets.insert(place, {value, value + 1, 0});
  }
  place->count += count;
  samples.sum += value * count;
}

}  // namespace

Histogram::Histogram(std::shared_ptr<const BucketLayout> layout)
    : layout_(std::move(layout)), counts_(layout_->bucketCount()), reportedCounts_(layout_->bucketCount()) {}

Expected<void> Histogram::add(const HistogramSamples& samples) {
  std::vector<std::int64_t> counts = counts_;
  for (const HistogramBucket& bucket : samples.buckets) {
    const auto& edges = layout_->edges();
    const auto low = std::lower_bound(edges.begin(), edges.end() - 1, bucket.low);
    if (low == edges.end() - 1 || *low != bucket.low || *(low + 1) != bucket.high) {
      return failure("unequal bucket layouts");
    }
    counts[static_cast<std::size_t>(low - edges.begin())] += bucket.count;
  }
  counts_ = std::move(counts);
  sum_ += samples.sum;
  return {};
}

HistogramSamples Histogram::total() const { return samplesOf(*layout_, counts_, sum_); }

HistogramSamples Histogram::snapshotDelta() {
  std::vector<std::int64_t> delta(counts_.size());
  std::transform(counts_.begin(), counts_.end(), reportedCounts_.begin(), delta.begin(), std::minus<>());
  HistogramSamples samples = samplesOf(*layout_, delta, sum_ - reportedSum_);
  reportedCounts_ = counts_;
  reportedSum_ = sum_;
  return samples;
}

void SparseHistogram::add(std::int64_t value, std::int64_t count) {
  assert(count > 0);
  constexpr std::int64_t kLowest = std::numeric_limits<std::int32_t>::min();
  const std::int64_t sample = std::clamp<std::int64_t>(value, kLowest, kMaxSample);
  addOne(total_, sample, count);
  addOne(delta_, sample, count);
}

Expected<void> SparseHistogram::add(const HistogramSamples& samples) {
  for (const HistogramBucket& bucket : samples.buckets) {
    if (bucket.high != bucket.low + 1) return failure("unequal bucket layouts");
  }
  for (const HistogramBucket& bucket : samples.buckets) add(bucket.low, bucket.count);
  return {};
}

HistogramSamples SparseHistogram::snapshotDelta() { return std::exchange(delta_, {}); }

}  // namespace dwell
