#pragma once

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/histogram.h"
#include "schemas/histogram_registry.h"
#include "schemas/report.h"

namespace dwell::tests {

/// Expectations on what was recorded since it was made, as Chromium's HistogramTester has them: give it every
/// batch's deltas, then ask. Only the group of all pages, days added up. To verify metrics, not the logic
/// that records them.
class HistogramTester {
 public:
  void add(const std::vector<schemas::ReportHistogram>& deltas) {
    for (const auto& delta : deltas) {
      if (delta.group != "all") continue;
      const auto merged = counted_[delta.name].merge({delta.buckets, delta.sum});
      INFO(delta.name);
      REQUIRE(merged.has_value());
    }
  }

  /// Nothing but `count` samples of `value` (which the sum shows, not only their bucket).
  void expectUnique(schemas::HistogramId id, std::int64_t value, std::int64_t count) const {
    INFO(schemas::histogramInfo(id).name);
    CHECK(samples(id) == expected(id, value, count));
  }

  /// `count` samples in the bucket of `value`, whatever else there is.
  void expectBucket(schemas::HistogramId id, std::int64_t value, std::int64_t count) const {
    INFO(schemas::histogramInfo(id).name);
    std::int64_t found = 0;
    for (const HistogramBucket& bucket : samples(id).buckets) {
      if (bucket.low <= value && value < bucket.high) found += bucket.count;
    }
    CHECK(found == count);
  }

  void expectTotal(schemas::HistogramId id, std::int64_t count) const {
    INFO(schemas::histogramInfo(id).name);
    CHECK(samples(id).count() == count);
  }

  /// Samples of all histograms together.
  std::int64_t total() const {
    std::int64_t count = 0;
    for (const auto& [name, samples] : counted_) count += samples.count();
    return count;
  }

  HistogramSamples samples(schemas::HistogramId id) const {
    const auto found = counted_.find(std::string(schemas::histogramInfo(id).name));
    return found == counted_.end() ? HistogramSamples{} : found->second;
  }

 private:
  static HistogramSamples expected(schemas::HistogramId id, std::int64_t value, std::int64_t count) {
    if (const auto& layout = schemas::histogramLayout(id)) {
      Histogram histogram(layout);
      histogram.add(value, count);
      return histogram.total();
    }
    SparseHistogram histogram;
    histogram.add(value, count);
    return histogram.total();
  }

  std::map<std::string, HistogramSamples> counted_;
};

}  // namespace dwell::tests
