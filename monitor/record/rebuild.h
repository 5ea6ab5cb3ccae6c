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
  /// All there is, in order of day, group and name; begins anew.
  std::vector<schemas::ReportHistogram> take() { return counters_.takeDeltas(); }

 private:
  SampleSink sinkOn(WallTime start);

  Millis idleThreshold_;
  UtcOffset offset_;
  VisitGroups groups_;
  Counters counters_;
};

/// Rows as the store keeps them: scope and detail have been applied.
struct StoredRows {
  std::vector<schemas::Visit> visits;  ///< open ones are left out of the count
  std::vector<schemas::Session> sessions;
  std::vector<schemas::Trajectory> trajectories;
};

/// The histograms that such rows yield, counted anew by the recorder's own rules: those whose registry entry
/// says from visit, session or trajectory. Every row counts as final and over.
/// `settings` and `offset` as above. In order of day, group and name.
std::vector<schemas::ReportHistogram> rebuiltHistograms(const StoredRows& rows, const Settings& settings,
                                                        UtcOffset offset);

}  // namespace dwell::monitor
