#pragma once

#include <vector>

#include "base/settings.h"
#include "base/time.h"
#include "monitor/store/reader.h"
#include "schemas/report.h"

namespace dwell::monitor {

/// The histograms that the store's rows yield, counted anew by the recorder's own rules, one row after the
/// other: those whose registry entry says from visit, session or trajectory. In order of day, group and name.
/// `settings` and `offset`: as RowSamples wants them. Errors: as of Reader.
std::vector<schemas::ReportHistogram> rebuiltHistograms(const Reader& reader, const Settings& settings,
                                                        UtcOffset offset);

}  // namespace dwell::monitor
