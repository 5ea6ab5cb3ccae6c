#include "base/histogram_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace dwell {
namespace {

constexpr std::size_t kBarWidth = 72;

double percentOf(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

/// All the rows that the text form looks at: every bucket of the layout, or the values there are.
std::vector<HistogramBucket> rowsOf(const BucketLayout* layout, const HistogramSamples& samples) {
  if (layout == nullptr) return samples.buckets;
  std::vector<HistogramBucket> rows;
  auto counted = samples.buckets.begin();
  for (std::size_t i = 0; i < layout->bucketCount(); ++i) {
    const bool here = counted != samples.buckets.end() && counted->low == layout->edge(i);
    rows.push_back({layout->edge(i), layout->edge(i + 1), here ? counted->count : 0});
    if (here) ++counted;
  }
  return rows;
}

std::string bar(std::int64_t count, std::int64_t peak) {
  const double scale =
      peak > static_cast<std::int64_t>(kBarWidth) ? kBarWidth / static_cast<double>(peak) : 1.0;
  const auto dashes = static_cast<std::size_t>(std::round(static_cast<double>(count) * scale));
  return std::string(dashes, '-') + 'O' + std::string(kBarWidth - dashes, ' ');
}

}  // namespace

std::string histogramTextHeader(std::string_view name, const HistogramSamples& samples) {
  const std::int64_t count = samples.count();
  std::string header = fmt::format("Histogram: {} recorded {} samples", name, count);
  if (count != 0) {
    header += fmt::format(", mean = {:.1f}", static_cast<double>(samples.sum) / static_cast<double>(count));
  }
  return header;
}

std::string histogramText(std::string_view name, const BucketLayout* layout,
                          const HistogramSamples& samples) {
  const std::vector<HistogramBucket> rows = rowsOf(layout, samples);
  const std::int64_t total = samples.count();
  std::int64_t peak = 0;
  std::size_t labelWidth = 1;
  for (const HistogramBucket& row : rows) {
    peak = std::max(peak, row.count);
    if (row.count != 0) labelWidth = std::max(labelWidth, fmt::formatted_size("{}", row.low) + 1);
  }

  std::string text = histogramTextHeader(name, samples) + '\n';
  std::int64_t before = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    text += fmt::format("{:<{}}", rows[i].low, labelWidth + 1);
    const auto empty = [&](std::size_t row) { return row < rows.size() && rows[row].count == 0; };
    if (empty(i) && empty(i + 1)) {
      while (empty(i + 1)) ++i;
      text += "... \n";
      continue;
    }
    const std::int64_t count = rows[i].count;
    text += fmt::format("{} ({} = {:.1f}%)", bar(count, peak), count, percentOf(count, total));
    if (layout != nullptr && i > 0) text += fmt::format(" {{{:.1f}%}}", percentOf(before, total));
    text += '\n';
    before += count;
  }
  return text;
}

}  // namespace dwell
