#include "app/window/models/histogram_chart.h"

#include <algorithm>

#include "app/window/models/texts.h"

namespace dwell::app {
namespace {

using schemas::HistogramInfo;

bool hasNames(const HistogramInfo* info) { return info != nullptr && !info->values.empty(); }

bool isSparse(const HistogramInfo* info) { return info != nullptr && info->kind == HistogramKind::kSparse; }

QString text(std::string_view view) {
  return QString::fromUtf8(view.data(), static_cast<qsizetype>(view.size()));
}

QString nameOf(std::int64_t value, const HistogramInfo& info) {
  for (const auto& each : info.values) {
    if (each.value != value) continue;
    if (info.enumName == "AccessType") return accessTypeText(static_cast<schemas::AccessType>(value));
    return text(each.name).replace(QLatin1Char('_'), QLatin1Char(' '));
  }
  return QStringLiteral("value %1").arg(value);
}

QString rangeLabel(const HistogramBucket& bucket, std::string_view units) {
  QString low = sampleText(static_cast<double>(bucket.low), units);
  if (bucket.high >= kSampleEnd) return low + QStringLiteral(" and more");
  if (bucket.high - bucket.low == 1) return low;
  return low + QStringLiteral(" to below ") + sampleText(static_cast<double>(bucket.high), units);
}

/// All buckets of the layout from one before the first that holds something to one after the last; what is
/// not registered shows its own buckets.
std::vector<HistogramBucket> shownBuckets(const HistogramSamples& samples, const HistogramInfo* info) {
  if (samples.buckets.empty()) return {};
  const BucketLayout* layout = info == nullptr ? nullptr : schemas::histogramLayout(info->id).get();
  if (layout == nullptr) return samples.buckets;
  std::vector<HistogramBucket> all;
  std::size_t first = layout->bucketCount(), last = 0;
  auto counted = samples.buckets.begin();
  for (std::size_t i = 0; i < layout->bucketCount(); ++i) {
    const bool here = counted != samples.buckets.end() && counted->low == layout->edge(i) &&
                      counted->high == layout->edge(i + 1);
    all.push_back({layout->edge(i), layout->edge(i + 1), here ? counted->count : 0});
    if (!here) continue;
    first = std::min(first, i);
    last = i;
    ++counted;
  }
  // Counted under another layout, of an older version: as it was counted.
  if (counted != samples.buckets.end()) return samples.buckets;
  const auto from = static_cast<std::ptrdiff_t>(first == 0 ? 0 : first - 1);
  const auto to = static_cast<std::ptrdiff_t>(std::min(last + 2, layout->bucketCount()));
  return {all.begin() + from, all.begin() + to};
}

std::vector<HistogramBucket> namedBuckets(const HistogramSamples& samples, const HistogramInfo& info) {
  std::vector<HistogramBucket> all;
  for (const auto& each : info.values) all.push_back({each.value, each.value + 1, 0});
  for (const HistogramBucket& bucket : samples.buckets) {
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const auto& b) { return b.low == bucket.low; });
    if (found != all.end()) {
      found->count = bucket.count;
    } else {
      all.push_back(bucket);
    }
  }
  return all;
}

std::vector<HistogramBucket> mostFrequent(std::vector<HistogramBucket> buckets) {
  if (buckets.size() > kMostCategories) {
    std::stable_sort(buckets.begin(), buckets.end(),
                     [](const auto& a, const auto& b) { return a.count > b.count; });
    buckets.resize(kMostCategories);
    std::sort(buckets.begin(), buckets.end(), [](const auto& a, const auto& b) { return a.low < b.low; });
  }
  return buckets;
}

QString axisTitle(const HistogramInfo* info) {
  if (info == nullptr) return QStringLiteral("value");
  if (info->units == "ms") return QStringLiteral("time");
  return text(info->units);
}

}  // namespace

const HistogramInfo* histogramInfoOf(std::string_view name) {
  const auto id = schemas::histogramFromName(name);
  return id ? &schemas::histogramInfo(*id) : nullptr;
}

HistogramChart histogramChart(const HistogramSamples& samples, const HistogramInfo* info) {
  HistogramChart chart;
  chart.total = samples.count();
  chart.units = info == nullptr ? std::string_view() : info->units;
  chart.axisTitle = axisTitle(info);
  if (hasNames(info) || isSparse(info)) chart.shape = HistogramChart::Shape::kCategories;
  const auto buckets = hasNames(info)   ? namedBuckets(samples, *info)
                       : isSparse(info) ? mostFrequent(samples.buckets)
                                        : shownBuckets(samples, info);
  std::int64_t before = 0;
  const auto shareOf = [&](std::int64_t count) {
    return chart.total == 0 ? 0.0 : static_cast<double>(count) / static_cast<double>(chart.total);
  };
  for (const HistogramBucket& bucket : buckets) {
    const QString label = hasNames(info) ? nameOf(bucket.low, *info) : rangeLabel(bucket, chart.units);
    chart.bars.push_back({label, bucket.count, shareOf(bucket.count), shareOf(before)});
    before += bucket.count;
    chart.peak = std::max(chart.peak, bucket.count);
  }
  if (chart.shape == HistogramChart::Shape::kRange) chart.buckets = buckets;
  return chart;
}

std::vector<Figure> histogramFigures(const HistogramSamples& samples, const HistogramInfo* info) {
  const std::int64_t count = samples.count();
  std::vector<Figure> figures{{QStringLiteral("Samples"), countText(count)}};
  if (count == 0) return figures;
  if (hasNames(info) || isSparse(info)) {
    const auto most = std::max_element(samples.buckets.begin(), samples.buckets.end(),
                                       [](const auto& a, const auto& b) { return a.count < b.count; });
    const QString name =
        hasNames(info) ? nameOf(most->low, *info) : sampleText(static_cast<double>(most->low), info->units);
    const double share = static_cast<double>(most->count) / static_cast<double>(count);
    figures.push_back(
        {QStringLiteral("Most frequent"), QStringLiteral("%1 (%2)").arg(name, percentText(share))});
    return figures;
  }
  const std::string_view units = info == nullptr ? std::string_view() : info->units;
  const double mean = static_cast<double>(samples.sum) / static_cast<double>(count);
  figures.push_back({QStringLiteral("Mean"), sampleText(mean, units)});
  for (const int percent : {50, 90, 99}) {
    figures.push_back({QStringLiteral("p%1").arg(percent), sampleText(samples.percentile(percent), units)});
  }
  return figures;
}

}  // namespace dwell::app
