#pragma once

#include <string>
#include <string_view>

#include "base/histogram_layout.h"
#include "base/histogram_samples.h"

namespace dwell {

/// Chrome's text form (chrome://histograms): a header, then a row per bucket with its low edge, a bar of at
/// most 72 characters, its count and share, and the share of all buckets before it in braces. Empty buckets
/// in a row are one line with dots. Ends with a line's end.
/// `layout`: null for a sparse histogram, whose rows are its values, without braces and dots.
/// `samples` must be of that layout.
std::string histogramText(std::string_view name, const BucketLayout* layout, const HistogramSamples& samples);

/// The header's line alone: "Histogram: NAME recorded N samples, mean = M", without a line's end.
std::string histogramTextHeader(std::string_view name, const HistogramSamples& samples);

}  // namespace dwell
