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

void RowSamples::addKept(const schemas::Visit& visit) {
  if (visit.exit == schemas::Exit::kOpen) return;
  addEnded(visit);
  addFinal(visit);
}

void RowSamples::addKept(const schemas::Trajectory& trajectory) {
  if (!trajectory.endReason.empty()) add(trajectory);
}

SampleSink RowSamples::sinkOn(WallTime start) {
  CounterSet& set = counters_.of(kAllPages, localDay(start, offset_));
  return
      [&set](schemas::HistogramId id, std::int64_t value, std::int64_t count) { set.add(id, value, count); };
}

}  // namespace dwell::monitor
