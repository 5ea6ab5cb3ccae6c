#pragma once

#include <vector>

#include "base/settings.h"
#include "base/time.h"
#include "monitor/record/counters.h"
#include "monitor/record/visit_groups.h"
#include "schemas/report.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// Counts the samples that rows of the store yield, one row after the other: those of the histograms whose
/// registry entry says from visit, session or trajectory.
/// `settings`: idle threshold and page groups, as they were when the rows were recorded. `offset`: local time
/// of sessions and trajectories, which do not keep their own.
class RowSamples {
 public:
  RowSamples(const Settings& settings, UtcOffset offset);

  void addEnded(const schemas::Visit& visit);  ///< what its end yields
  void addFinal(const schemas::Visit& visit);  ///< what its finality yields
  void add(const schemas::Session& session);
  void add(const schemas::Trajectory& trajectory);
  /// A row as the store keeps it: open visits and running trajectories yield nothing, all others count as
  /// final and over.
  void addKept(const schemas::Visit& visit);
  void addKept(const schemas::Trajectory& trajectory);
  /// All there is, in order of day, group and name; begins anew.
  std::vector<schemas::ReportHistogram> take() { return counters_.takeDeltas(); }

 private:
  SampleSink sinkOn(WallTime start);

  Millis idleThreshold_;
  UtcOffset offset_;
  VisitGroups groups_;
  Counters counters_;
};

}  // namespace dwell::monitor
