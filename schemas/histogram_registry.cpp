#include "schemas/histogram_registry.h"

#include <algorithm>
#include <array>

namespace dwell::schemas {
namespace {

std::int64_t largestValue(const HistogramInfo& info) {
  return std::max_element(info.values.begin(), info.values.end(),
                          [](const auto& a, const auto& b) { return a.value < b.value; })
      ->value;
}

/// The registry's generator has checked the arguments: value() throws for a table that did not come from it.
std::shared_ptr<const BucketLayout> makeLayout(const HistogramInfo& info) {
  switch (info.kind) {
    case HistogramKind::kExponential:
      return std::make_shared<BucketLayout>(
          BucketLayout::exponential(info.min, info.max, info.buckets).value());
    case HistogramKind::kLinear:
      return std::make_shared<BucketLayout>(BucketLayout::linear(info.min, info.max, info.buckets).value());
    case HistogramKind::kBoolean:
      return std::make_shared<BucketLayout>(BucketLayout::boolean());
    case HistogramKind::kEnumeration:
      return std::make_shared<BucketLayout>(BucketLayout::enumeration(largestValue(info)).value());
    case HistogramKind::kSparse:
      return nullptr;
  }
  return nullptr;
}

using Layouts = std::array<std::shared_ptr<const BucketLayout>, kHistogramCount>;

const Layouts& layouts() {
  static const Layouts made = [] {
    Layouts all;
    for (const HistogramInfo& info : histogramInfos()) {
      all[static_cast<std::size_t>(info.id)] = makeLayout(info);
    }
    return all;
  }();
  return made;
}

}  // namespace

std::optional<HistogramId> histogramFromName(std::string_view name) {
  for (const HistogramInfo& info : histogramInfos()) {
    if (info.name == name) return info.id;
  }
  return std::nullopt;
}

std::optional<std::int64_t> histogramEnumValue(HistogramId id, std::string_view name) {
  for (const HistogramEnumValue& value : histogramInfo(id).values) {
    if (value.name == name) return value.value;
  }
  return std::nullopt;
}

const std::shared_ptr<const BucketLayout>& histogramLayout(HistogramId id) {
  return layouts()[static_cast<std::size_t>(id)];
}

}  // namespace dwell::schemas
