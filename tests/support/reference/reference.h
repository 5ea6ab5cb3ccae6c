#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <string>

namespace dwell::tests {

/// The settings that section 5 of the design leaves open.
struct ReferenceSettings {
  /// For `active_ms`: one of the edges of 5.3.
  std::chrono::milliseconds idleThreshold = std::chrono::seconds{15};
  std::chrono::milliseconds sessionPause = std::chrono::minutes{30};
  std::chrono::milliseconds resumedAfter = std::chrono::minutes{30};
  std::chrono::milliseconds quickBack = std::chrono::seconds{30};
};

/// A slow second implementation of section 5, to compare the tracker with: it knows the entire trace before
/// it computes anything, and counts time millisecond by millisecond. Takes a valid trace (JSON Lines, section
/// 4). Gives {"visits","sessions","trajectories","searches"} in the shapes of section 12, URLs in full
/// detail. Throws nlohmann::json::exception for a line that is no valid event.
nlohmann::json referenceReplay(const std::string& traceJsonLines, const ReferenceSettings& settings = {});

/// The same with the fields in the order of section 12, for reading.
nlohmann::ordered_json referenceReplayInOrder(const std::string& traceJsonLines,
                                              const ReferenceSettings& settings = {});

}  // namespace dwell::tests
