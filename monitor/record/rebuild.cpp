#include "monitor/record/rebuild.h"

#include <algorithm>
#include <map>

#include "monitor/record/visit_groups.h"

namespace dwell::monitor {
namespace {

/// By SERP visit, the start of the first click from it.
std::map<std::int64_t, WallTime> firstClicks(const std::vector<schemas::Visit>& visits) {
  std::map<std::int64_t, WallTime> first;
  for (const schemas::Visit& visit : visits) {
    if (!visit.serp || visit.exit == schemas::Exit::kRedirect) continue;
    const auto [place, isNew] = first.emplace(visit.serp->visit, visit.start);
    if (!isNew) place->second = std::min(place->second, visit.start);
  }
  return first;
}

}  // namespace

std::vector<schemas::ReportHistogram> rebuiltHistograms(const StoredRows& rows, const Settings& settings,
                                                        UtcOffset offset) {
  const VisitGroups groups(settings.pageGroups);
  const auto clicks = firstClicks(rows.visits);
  Counters counters;
  for (const schemas::Visit& visit : rows.visits) {
    if (visit.exit == schemas::Exit::kOpen) continue;
    const SampleSink sink = groups.sinkOf(visit, counters);
    const auto click = clicks.find(visit.id);
    sampleEnded(visit, settings.idleThreshold, sink);
    sampleFinal(visit, click == clicks.end() ? std::nullopt : std::optional(click->second), sink);
  }
  const auto sinkOn = [&](WallTime start) -> SampleSink {
    CounterSet& set = counters.of(kAllPages, localDay(start, offset));
    return [&set](schemas::HistogramId id, std::int64_t value, std::int64_t count) {
      set.add(id, value, count);
    };
  };
  for (const schemas::Session& session : rows.sessions) sampleSession(session, sinkOn(session.start));
  for (const schemas::Trajectory& trajectory : rows.trajectories) {
    if (!trajectory.endReason.empty()) sampleTrajectory(trajectory, sinkOn(trajectory.start));
  }
  return counters.takeDeltas();
}

}  // namespace dwell::monitor
