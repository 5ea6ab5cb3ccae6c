#pragma once

#include <vector>

#include "base/settings.h"
#include "base/time.h"
#include "schemas/report.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// Rows as the store keeps them: scope and detail have been applied.
struct StoredRows {
  std::vector<schemas::Visit> visits;  ///< open ones are left out of the count
  std::vector<schemas::Session> sessions;
  std::vector<schemas::Trajectory> trajectories;
};

/// The histograms that such rows yield, counted anew by the recorder's own rules: those whose registry entry
/// says from visit, session or trajectory. Every row counts as final and over.
/// `settings`: idle threshold and page groups, as they were when the rows were recorded. `offset`: local time
/// of sessions and trajectories, which do not keep their own. In order of day, group and name.
std::vector<schemas::ReportHistogram> rebuiltHistograms(const StoredRows& rows, const Settings& settings,
                                                        UtcOffset offset);

}  // namespace dwell::monitor
