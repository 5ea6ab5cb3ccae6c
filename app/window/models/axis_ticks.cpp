#include "app/window/models/axis_ticks.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "app/window/models/texts.h"
#include "base/histogram_layout.h"

namespace dwell::app {
namespace {

/// Candidates by rank: those of the first list that fit go first, then the next.
using Ranks = std::vector<std::vector<double>>;

Ranks roundValues(std::string_view units) {
  if (units == "ms") {
    constexpr double kSecond = 1e3, kMinute = 60e3, kHour = 3600e3;
    return {
        {0},
        {1, 10, 100, kSecond, 10 * kSecond, kMinute, 10 * kMinute, kHour, 24 * kHour},
        {30 * kSecond, 5 * kMinute, 30 * kMinute, 3 * kHour, 6 * kHour, 12 * kHour, 5 * kSecond, 500, 50, 5},
        {2 * kSecond, 20 * kSecond, 2 * kMinute, 15 * kMinute, 2 * kHour, 200, 20, 2}};
  }
  Ranks ranks{{0}, {}, {}, {}, {}};
  for (double decade = 1; decade <= kSampleEnd; decade *= 10) {
    ranks[1].push_back(decade);
    ranks[2].push_back(5 * decade);
    ranks[3].push_back(2 * decade);
    for (const int digit : {3, 4, 6, 7, 8, 9}) ranks[4].push_back(digit * decade);
  }
  // 40, 60, 80 say more between 0 and 100 than 30, 70, 90, but the gap rule would take the first that fit.
  std::stable_partition(ranks[4].begin(), ranks[4].end(), [](double v) {
    return std::fmod(v / std::pow(10, std::floor(std::log10(v))), 2) < 0.5;
  });
  return ranks;
}

std::optional<double> placeOf(double value, const std::vector<HistogramBucket>& buckets) {
  const auto found = std::find_if(buckets.begin(), buckets.end(), [&](const HistogramBucket& bucket) {
    return value >= static_cast<double>(bucket.low) && value < static_cast<double>(bucket.high);
  });
  if (found == buckets.end()) return std::nullopt;
  const auto index = static_cast<double>(found - buckets.begin());
  if (found->high - found->low == 1) return index + 0.5;
  const auto low = static_cast<double>(found->low);
  if (value == low) return index;
  // Inside the overflow nothing has a place.
  if (found->high >= kSampleEnd) return std::nullopt;
  return index + (value - low) / static_cast<double>(found->high - found->low);
}

/// The smallest of 1, 2, 5, 10, … times `unit` of which at most `most` reach `end`.
double roundStep(double end, double unit, double most) {
  for (double decade = unit;; decade *= 10) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (end / (digit * decade) <= most) return digit * decade;
    }
  }
}

constexpr double kLogBase = 0.5;
constexpr double kMostCountTicks = 6;

CountAxis linearAxis(double peak, double total, CountUnit unit) {
  CountAxis axis;
  const bool percent = unit == CountUnit::kPercent;
  const double perUnit = percent ? total / 100 : 1;  // samples
  const double step = roundStep(peak / perUnit, percent ? 0.001 : 1, kMostCountTicks);
  const double steps = std::max(1.0, std::ceil(peak / perUnit / step - 1e-9));
  for (double i = 0; i <= steps; ++i) {
    const double value = i * step;
    axis.ticks.push_back({value * perUnit, percent ? numberText(value) + QStringLiteral(" %")
                                                   : countText(std::llround(value))});
  }
  axis.end = axis.ticks.back().at;
  return axis;
}

CountAxis logarithmicAxis(double peak, double total, CountUnit unit) {
  CountAxis axis;
  axis.end = std::log10(std::max(peak, 1.0) * 1.3 / kLogBase);
  const bool percent = unit == CountUnit::kPercent;
  const double perUnit = percent ? total / 100 : 1;
  const double decades = std::log10(std::max(peak, 1.0));
  for (double decade = percent ? 1e-6 : 1; decade <= 1e15; decade *= 10) {
    for (const double digit : {1.0, 2.0, 5.0}) {
      if (digit > 1 && decades > 2.5) continue;
      const double at = std::log10(digit * decade * perUnit / kLogBase);
      if (at <= 0 || at > axis.end) continue;
      axis.ticks.push_back({at, percent ? numberText(digit * decade) + QStringLiteral(" %")
                                        : countText(std::llround(digit * decade))});
    }
  }
  return axis;
}

}  // namespace

std::vector<Tick> sampleTicks(const std::vector<HistogramBucket>& buckets, std::string_view units,
                              std::size_t most) {
  std::vector<Tick> ticks;
  const double gap =
      static_cast<double>(buckets.size()) / static_cast<double>(std::max<std::size_t>(most, 1));
  for (const auto& rank : roundValues(units)) {
    for (const double value : rank) {
      const auto at = placeOf(value, buckets);
      const bool free = at && std::all_of(ticks.begin(), ticks.end(),
                                          [&](const Tick& tick) { return std::abs(tick.at - *at) >= gap; });
      if (free) ticks.push_back({*at, sampleText(value, units)});
    }
  }
  std::sort(ticks.begin(), ticks.end(), [](const Tick& a, const Tick& b) { return a.at < b.at; });
  return ticks;
}

double barLength(std::int64_t count, CountScale scale) {
  const auto samples = static_cast<double>(count);
  if (scale == CountScale::kLinear) return samples;
  return count == 0 ? 0 : std::log10(samples / kLogBase);
}

CountAxis countAxis(std::int64_t peak, std::int64_t total, CountScale scale, CountUnit unit) {
  const auto samples = static_cast<double>(std::max<std::int64_t>(peak, 1));
  const auto all = static_cast<double>(std::max<std::int64_t>(total, 1));
  return scale == CountScale::kLinear ? linearAxis(samples, all, unit) : logarithmicAxis(samples, all, unit);
}

}  // namespace dwell::app
