#include "monitor/record/rebuild.h"

namespace dwell::monitor {

RowSamples::RowSamples(const Settings& settings, UtcOffset offset)
    : idleThreshold_(settings.idleThreshold), offset_(offset), groups_(settings.pageGroups) {}

void RowSamples::addEnded(const schemas::Visit& visit) {
  sampleEnded(visit, idleThreshold_, groups_.sinkOf(visit, counters_));
}

void RowSamples::addFinal(const schemas::Visit& visit) {
  sampleFinal(visit, groups_.sinkOf(visit, counters_));
}

void RowSamples::add(const schemas::Session& session) { sampleSession(session, sinkOn(session.start)); }

void RowSamples::add(const schemas::Trajectory& trajectory) {
  sampleTrajectory(trajectory, sinkOn(trajectory.start));
}

SampleSink RowSamples::sinkOn(WallTime start) {
  CounterSet& set = counters_.of(kAllPages, localDay(start, offset_));
  return
      [&set](schemas::HistogramId id, std::int64_t value, std::int64_t count) { set.add(id, value, count); };
}

std::vector<schemas::ReportHistogram> rebuiltHistograms(const StoredRows& rows, const Settings& settings,
                                                        UtcOffset offset) {
  RowSamples samples(settings, offset);
  for (const schemas::Visit& visit : rows.visits) {
    if (visit.exit == schemas::Exit::kOpen) continue;
    samples.addEnded(visit);
    samples.addFinal(visit);
  }
  for (const schemas::Session& session : rows.sessions) samples.add(session);
  for (const schemas::Trajectory& trajectory : rows.trajectories) {
    if (!trajectory.endReason.empty()) samples.add(trajectory);
  }
  return samples.take();
}

}  // namespace dwell::monitor
