#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "base/histogram.h"
#include "schemas/histogram_registry.h"
#include "schemas/report.h"

namespace dwell::monitor {

/// The group that every page is in.
inline constexpr const char* kAllPages = "all";

/// All histograms of one page group on one local day. A histogram is made with its first sample.
class CounterSet {
 public:
  void add(schemas::HistogramId id, std::int64_t value) {
    Counter& counter = counters_[static_cast<std::size_t>(id)];
    if (auto* const histogram = std::get_if<Histogram>(&counter)) {
      histogram->add(value);
    } else {
      addOther(id, counter, value, 1);
    }
  }
  void add(schemas::HistogramId id, std::int64_t value, std::int64_t count) {
    Counter& counter = counters_[static_cast<std::size_t>(id)];
    if (auto* const histogram = std::get_if<Histogram>(&counter)) {
      histogram->add(value, count);
    } else {
      addOther(id, counter, value, count);
    }
  }

  /// Appends what each counted since its last delta.
  void takeDeltas(const std::string& group, std::int32_t day, std::vector<schemas::ReportHistogram>& deltas);

 private:
  using Counter = std::variant<std::monostate, Histogram, SparseHistogram>;
  static void addOther(schemas::HistogramId id, Counter& counter, std::int64_t value, std::int64_t count);

  std::array<Counter, schemas::kHistogramCount> counters_;
};

/// Counts samples per page group and local day, and gives them out as deltas.
/// Threads: the one that records.
class Counters {
 public:
  /// Valid until the next takeDeltas().
  CounterSet& of(const std::string& group, std::int32_t day);

  /// What came since the last call: every sample is in exactly one delta. Days but the newest are forgotten
  /// then; a late sample of such a day makes a delta of its own.
  std::vector<schemas::ReportHistogram> takeDeltas();

 private:
  std::map<std::pair<std::int32_t, std::string>, std::unique_ptr<CounterSet>> sets_;
};

}  // namespace dwell::monitor
