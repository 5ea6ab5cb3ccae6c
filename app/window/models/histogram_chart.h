#pragma once

#include <QString>
#include <cstdint>
#include <string_view>
#include <vector>

#include "app/window/models/axis_ticks.h"
#include "base/histogram_samples.h"
#include "schemas/histogram_registry.h"

/// What the Histograms page shows of one histogram, as values to draw. Without widgets.
namespace dwell::app {

struct Bar {
  QString label;  ///< its values: "1.2 s – 1.7 s", "link"
  std::int64_t count = 0;
  double share = 0;  ///< of all samples
  double below = 0;  ///< share of the samples in the bars before it
};

struct HistogramChart {
  /// A range of values reads from left to right, with ticks; categories each have their own label.
  enum class Shape : std::uint8_t { kRange, kCategories };
  Shape shape = Shape::kRange;
  std::vector<Bar> bars;
  std::vector<HistogramBucket> buckets;  ///< of a range: those of the bars
  QString axisTitle;                     ///< of the values: "time", "percent"
  std::string_view units;
  std::int64_t total = 0, peak = 0;
};

/// `info`: none for a name that is not registered (any more).
/// A range shows the buckets from the first to the last that hold something, and one beside each; categories
/// are all that the enum has, a sparse histogram's at most kMostCategories, the most frequent.
HistogramChart histogramChart(const HistogramSamples& samples, const schemas::HistogramInfo* info);
inline constexpr std::size_t kMostCategories = 24;

struct Figure {
  QString name, value;
};

/// Samples, mean and percentiles; where values are names, samples and the most frequent one.
std::vector<Figure> histogramFigures(const HistogramSamples& samples, const schemas::HistogramInfo* info);

/// The registry's entry; null for a name that is not registered.
const schemas::HistogramInfo* histogramInfoOf(std::string_view name);

}  // namespace dwell::app
