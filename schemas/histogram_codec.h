#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/histogram_samples.h"
#include "schemas/histogram_registry.h"
#include "schemas/report.h"

/// Histograms as design section 12 prints them, in JSON and in Chrome's text form.
namespace dwell::schemas {

/// {"name","kind","count","sum","buckets":[{"low","high","count"}]}: buckets that hold something, high
/// exclusive. `kind` is null for a name that is not registered (any more).
nlohmann::ordered_json histogramToJson(std::string_view name, const HistogramSamples& samples);

/// What `group` counted, its days added up, in order of name.
/// Error: two days of one name with unequal buckets.
Expected<std::map<std::string, HistogramSamples>> addUpDays(const std::vector<ReportHistogram>& histograms,
                                                            std::string_view group);

/// An array of histogramToJson(): what replay and `dwellctl histograms --json` print.
nlohmann::ordered_json histogramsToJson(const std::map<std::string, HistogramSamples>& histograms);

/// {"name","kind","min","max","bucket_count","edges","units","enum","values","summary","from"}: how a
/// registered histogram is laid out and what it counts. min, max, bucket_count and edges are null for a
/// sparse one.
nlohmann::ordered_json describeHistogram(HistogramId id);

/// Chrome's text form, a line per bucket. What is not registered is shown by its own buckets.
std::string histogramToText(std::string_view name, const HistogramSamples& samples);

}  // namespace dwell::schemas
