#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/time.h"

namespace dwell::collector {

/// What one report, one connection and all of them together may cost. A report of half an hour is about
/// 14 KB of gzip and 48 KB of JSON (measured on 50-500 visits).
struct Limits {
  std::uint64_t reportBytes = 4 << 20;              ///< gzip
  std::size_t inflatedBytes = 16 << 20;             ///< JSON, checked while inflating
  std::size_t queuedWrites = 1'024;                 ///< reports that wait for their commit; beyond: 503
  std::size_t bodyBytesInFlight = 128 << 20;        ///< of all requests at once; beyond: 503
  std::size_t connections = 2'000;                  ///< beyond: 503
  Millis headerTimeout = std::chrono::seconds(30);  ///< also how long an idle connection is kept
  Millis bodyTimeout = std::chrono::seconds(60);
  Millis writeTimeout = std::chrono::seconds(30);
};

inline constexpr std::uint64_t kEnrolBytes = 4'096;
inline constexpr std::uint32_t kHeaderBytes = 16'384;
/// Agents add jitter of their own.
inline constexpr std::chrono::seconds kRetryAfter{30};
/// Refused reports that are kept.
inline constexpr int kQuarantined = 200;

}  // namespace dwell::collector
