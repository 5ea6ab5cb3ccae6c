#include "monitor/record/rebuild.h"

#include "monitor/record/visit_groups.h"

namespace dwell::monitor {

std::vector<schemas::ReportHistogram> rebuiltHistograms(const StoredRows& rows, const Settings& settings,
                                                        UtcOffset offset) {
  const VisitGroups groups(settings.pageGroups);
  Counters counters;
  for (const schemas::Visit& visit : rows.visits) {
    if (visit.exit == schemas::Exit::kOpen) continue;
    const SampleSink sink = groups.sinkOf(visit, counters);
    sampleEnded(visit, settings.idleThreshold, sink);
    sampleFinal(visit, sink);
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
