#include "monitor/record/counters.h"

namespace dwell::monitor {

void CounterSet::addOther(schemas::HistogramId id, Counter& counter, std::int64_t value, std::int64_t count) {
  if (std::holds_alternative<std::monostate>(counter)) {
    if (const auto& layout = schemas::histogramLayout(id)) {
      counter.emplace<Histogram>(layout).add(value, count);
      return;
    }
    counter.emplace<SparseHistogram>();
  }
  std::get<SparseHistogram>(counter).add(value, count);
}

void CounterSet::takeDeltas(const std::string& group, std::int32_t day,
                            std::vector<schemas::ReportHistogram>& deltas) {
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    HistogramSamples samples;
    if (auto* const histogram = std::get_if<Histogram>(&counters_[i])) samples = histogram->snapshotDelta();
    if (auto* const sparse = std::get_if<SparseHistogram>(&counters_[i])) samples = sparse->snapshotDelta();
    if (samples.buckets.empty()) continue;
    const std::string_view name = schemas::histogramInfos()[i].name;
    deltas.push_back({std::string(name), group, day, samples.sum, std::move(samples.buckets)});
  }
}

CounterSet& Counters::of(const std::string& group, std::int32_t day) {
  auto& set = sets_[{day, group}];
  if (!set) set = std::make_unique<CounterSet>();
  return *set;
}

std::vector<schemas::ReportHistogram> Counters::takeDeltas() {
  std::vector<schemas::ReportHistogram> deltas;
  for (auto& [key, set] : sets_) set->takeDeltas(key.second, key.first, deltas);
  if (!sets_.empty()) {
    const std::int32_t newest = sets_.rbegin()->first.first;
    std::erase_if(sets_, [&](const auto& entry) { return entry.first.first != newest; });
  }
  return deltas;
}

}  // namespace dwell::monitor
