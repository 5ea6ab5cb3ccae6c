#pragma once

#include <cstdint>
#include <vector>

#include "schemas/event.h"
#include "schemas/event_codec.h"

namespace dwell::tests {

struct GeneratedTrace {
  schemas::TraceHeader header;
  std::vector<schemas::Event> events;

  /// As a trace file.
  std::string jsonLines() const;
};

/// A random trace: people who read, type addresses, search and click results, log in and fail to, switch tabs
/// and windows of two browsers, go to lunch, lock the screen; with events at equal times, at exactly 30 min
/// and 60 s, and events that contradict each other. The same seed gives the same trace.
GeneratedTrace generateTrace(std::uint32_t seed, int steps = 40);

/// How many traces a property is tried on: seeds 1, 2, … 500 in a release build, 60 in others; another number
/// where the environment's DWELL_SEEDS says so.
std::uint32_t seeds();

}  // namespace dwell::tests
