#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/settings.h"
#include "monitor/record/checkpoint.h"
#include "monitor/record/counters.h"
#include "monitor/record/samples.h"
#include "monitor/record/scope.h"

namespace dwell::monitor {

/// The page groups of the settings, and where the samples of a visit go by them.
class VisitGroups {
 public:
  explicit VisitGroups(const std::vector<PageGroup>& groups) {
    for (const PageGroup& group : groups) groups_.emplace_back(group.name, UrlPatterns(group.patterns));
  }

  /// Into the group of all pages, and into those with a pattern that matches the visit's URL as it is kept;
  /// on the local day on which it began. The sink holds references into `counters`: not beyond its
  /// takeDeltas().
  SampleSink sinkOf(const schemas::Visit& kept, Counters& counters) const {
    const std::int32_t day = localDay(kept.start, kept.utcOffset);
    std::vector<CounterSet*> sets = {&counters.of(kAllPages, day)};
    for (const std::string& name : of(kept.url)) sets.push_back(&counters.of(name, day));
    return [sets = std::move(sets)](schemas::HistogramId id, std::int64_t value, std::int64_t count) {
      for (CounterSet* set : sets) set->add(id, value, count);
    };
  }

  /// The names of those that a URL as it is kept, or a checkpoint's, is in.
  std::vector<std::string> of(const std::string& url) const {
    std::vector<std::string> names;
    for (const auto& [name, patterns] : groups_) {
      if (isCheckpoint(url) ? checkpointNames(url, name) : patterns.match(url)) names.push_back(name);
    }
    return names;
  }

 private:
  std::vector<std::pair<std::string, UrlPatterns>> groups_;
};

}  // namespace dwell::monitor
