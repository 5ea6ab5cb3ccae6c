#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "schemas/event.h"

namespace dwell::tests {

/// The wall clock at the script's beginning.
inline constexpr WallTime kScriptWall = wallTime(1'800'000'000'000);

/// What happens at one moment of a run.
struct Step {
  enum class Kind : std::uint8_t {
    kEvent,
    kFlush,   ///< the agent's, each app::kFlushEvery
    kUpload,  ///< dwell-upload is started
    kStop     ///< the agent is ended in order and started again
  };
  MonoTime time;
  Kind kind = Kind::kEvent;
  schemas::Event event{};  ///< of kEvent
};

/// A person who reads, searches, comes back, logs in and leaves, and half an hour later looks in again: with
/// a flush each app::kFlushEvery of it, three uploads and one orderly stop. In order of time.
std::vector<Step> script();

}  // namespace dwell::tests
