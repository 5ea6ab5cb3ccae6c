#pragma once

#include <QString>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/histogram_samples.h"

/// Where an axis has its labels: few, round, and never so near to each other that they touch.
namespace dwell::app {

struct Tick {
  double at = 0;
  QString label;
};

/// Ticks of an axis on which bucket i of `buckets` (consecutive) takes the place from i to i + 1, at most
/// about `most`. They stand at round values: in the middle of a bucket that is one value wide, else where the
/// value lies between its bucket's edges.
std::vector<Tick> sampleTicks(const std::vector<HistogramBucket>& buckets, std::string_view units,
                              std::size_t most);

enum class CountScale : std::uint8_t { kLinear, kLogarithmic };
enum class CountUnit : std::uint8_t { kCount, kPercent };

/// How long the bar of `count` samples is, in units of its axis. The logarithmic axis begins at half a
/// sample, so that one sample can be seen.
double barLength(std::int64_t count, CountScale scale);

struct CountAxis {
  double end = 1;  ///< it begins at 0
  std::vector<Tick> ticks;
};

/// The axis for bars of at most `peak` samples out of `total`.
CountAxis countAxis(std::int64_t peak, std::int64_t total, CountScale scale, CountUnit unit);

}  // namespace dwell::app
