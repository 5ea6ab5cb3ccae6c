#include "monitor/store/rebuilt_histograms.h"

#include "monitor/record/rebuild.h"

namespace dwell::monitor {

std::vector<schemas::ReportHistogram> rebuiltHistograms(const Reader& reader, const Settings& settings,
                                                        UtcOffset offset) {
  RowSamples samples(settings, offset);
  reader.eachVisit({}, [&](const schemas::Visit& visit) { samples.addKept(visit); });
  for (const schemas::Session& session : reader.sessions()) samples.add(session);
  for (const schemas::Trajectory& trajectory : reader.trajectories()) samples.addKept(trajectory);
  return samples.take();
}

}  // namespace dwell::monitor
