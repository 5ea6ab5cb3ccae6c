#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/histogram_layout.h"
#include "schemas/histogram_table.h"

/// What schemas/histograms.json registers, as a table that is compiled in. Threads: any.
namespace dwell::schemas {

struct HistogramEnumValue {
  std::string_view name;
  std::int64_t value;
};

/// What a histogram can be recomputed from; event and process: from nothing that is kept.
enum class HistogramSource : std::uint8_t { kVisit, kSession, kTrajectory, kSearch, kEvent, kProcess };

struct HistogramInfo {
  HistogramId id;
  std::string_view name;
  HistogramKind kind;
  std::int64_t min, max, buckets;              ///< of exponential and linear
  std::string_view units;                      ///< "" where there is an enum
  std::string_view enumName;                   ///< "" where there are units
  std::span<const HistogramEnumValue> values;  ///< of the enum
  std::string_view summary, owner, expiry;
  HistogramSource from;
};

/// All of them, by id.
std::span<const HistogramInfo> histogramInfos();

inline const HistogramInfo& histogramInfo(HistogramId id) {
  return histogramInfos()[static_cast<std::size_t>(id)];
}

std::optional<HistogramId> histogramFromName(std::string_view name);

/// The value that `name` has in the histogram's enum.
std::optional<std::int64_t> histogramEnumValue(HistogramId id, std::string_view name);

/// Its buckets; null for a sparse histogram. Made once and shared.
const std::shared_ptr<const BucketLayout>& histogramLayout(HistogramId id);

}  // namespace dwell::schemas
