#pragma once

#include <algorithm>
#include <cstdint>

#include "schemas/visit.h"

/// What some columns of a report's visits let expect of others. Of a visit as the tracker makes it most come
/// out exactly, so that the column of what is missing is mostly zeros and costs a report next to nothing; any
/// other visit comes through as well. Inside the codec only.
/// Every expectation is an integer from 0 to 2^53 - 1, whatever the visit holds.
namespace dwell::schemas::report_fields {

inline constexpr std::int64_t kLargestExpected = 9'007'199'254'740'991;

inline std::int64_t expected(std::int64_t value) {
  return std::clamp<std::int64_t>(value, 0, kLargestExpected);
}

/// Gaps of one bucket that count here: keeps every product in 64 bits.
inline std::int64_t countedGaps(std::int64_t count) { return std::min<std::int64_t>(count, 1'000'000'000); }

/// Each gap is at least as long as its bucket's lower edge.
inline AgeBuckets leastGapSums(const AttentionGaps& gaps) {
  AgeBuckets least{};
  for (std::size_t i = 0; i < kAgeBuckets; ++i) least[i] = countedGaps(gaps.count[i]) * kAgeEdgesMs[i];
  return least;
}

/// In a gap the input age runs from 0 to the gap's length: it fills the buckets below its own, and its own
/// with the rest.
inline AgeBuckets agesOfGaps(const Visit& visit) {
  const AttentionGaps& gaps = visit.attentionGaps;
  const AgeBuckets least = leastGapSums(gaps);
  AgeBuckets ages{};
  std::int64_t longer = 0;  ///< gaps of the buckets above
  for (std::size_t i = kAgeBuckets; i-- > 0;) {
    const std::int64_t width = i + 1 < kAgeBuckets ? kAgeEdgesMs[i + 1] - kAgeEdgesMs[i] : 0;
    ages[i] = expected(longer * width + gaps.sumMs[i] - least[i]);
    longer += countedGaps(gaps.count[i]);
  }
  return ages;
}

inline std::int64_t sumOf(const AgeBuckets& buckets) {
  std::int64_t sum = 0;
  for (const std::int64_t bucket : buckets) sum += bucket;
  return sum;
}

inline std::int64_t attentionOfAges(const Visit& visit) {
  return expected(sumOf(visit.attentionByInputAgeMs));
}

/// What lies in no gap.
inline std::int64_t censoredOfAges(const Visit& visit) {
  return expected(sumOf(visit.attentionByInputAgeMs) - sumOf(visit.attentionGaps.sumMs));
}

/// A visit that was attended from its start on ends with its attention.
inline std::int64_t endMs(const Visit& visit) { return expected(toMs(visit.start) + visit.attentionMs); }

}  // namespace dwell::schemas::report_fields
