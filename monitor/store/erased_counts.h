#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "schemas/report.h"

namespace dwell::monitor {

/// Takes samples out of `histograms`, as many as are there. Buckets and histograms without a sample go.
void subtractSamples(std::vector<schemas::ReportHistogram>& histograms,
                     const std::vector<schemas::ReportHistogram>& samples);

/// Takes the samples `gone` out of the store's histograms and adds `instead`, which are not reported: what an
/// erasure changes has been, or is not to be.
void changeHistograms(const SQLite::Database& database, const std::vector<schemas::ReportHistogram>& gone,
                      const std::vector<schemas::ReportHistogram>& instead);

}  // namespace dwell::monitor
