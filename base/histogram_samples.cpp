#include "base/histogram_samples.h"

#include "base/histogram_layout.h"

namespace dwell {

std::int64_t HistogramSamples::count() const {
  std::int64_t total = 0;
  for (const HistogramBucket& bucket : buckets) total += bucket.count;
  return total;
}

Expected<void> HistogramSamples::merge(const HistogramSamples& other) {
  std::vector<HistogramBucket> merged;
  merged.reserve(buckets.size() + other.buckets.size());
  auto mine = buckets.begin();
  auto theirs = other.buckets.begin();
  while (mine != buckets.end() || theirs != other.buckets.end()) {
    const bool both = mine != buckets.end() && theirs != other.buckets.end();
    if (both && mine->low == theirs->low) {
      if (mine->high != theirs->high) return failure("unequal bucket layouts");
      merged.push_back({mine->low, mine->high, mine->count + theirs->count});
      ++mine;
      ++theirs;
    } else if (theirs == other.buckets.end() || (both && mine->low < theirs->low)) {
      merged.push_back(*mine++);
    } else {
      merged.push_back(*theirs++);
    }
    const std::size_t size = merged.size();
    if (size > 1 && merged[size - 2].high > merged[size - 1].low) return failure("unequal bucket layouts");
  }
  buckets = std::move(merged);
  sum += other.sum;
  return {};
}

double HistogramSamples::percentile(double percent) const {
  const double wanted = percent / 100 * static_cast<double>(count());
  double below = 0;
  double value = 0;
  for (const HistogramBucket& bucket : buckets) {
    const auto low = static_cast<double>(bucket.low);
    const auto inside = static_cast<double>(bucket.count);
    const bool spread = bucket.high - bucket.low > 1 && bucket.high < kSampleEnd;
    const double width = spread ? static_cast<double>(bucket.high - bucket.low) : 0;
    if (below + inside >= wanted) return low + (wanted - below) / inside * width;
    below += inside;
    value = low + width;
  }
  return value;
}

}  // namespace dwell
