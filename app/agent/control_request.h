#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/time.h"
#include "monitor/store/erasure.h"

namespace dwell::app {

/// A line on the control socket (schemas/control.schema.json).
struct ControlRequest {
  enum class Command {
    kStatus,
    kSubscribe,
    kRecord,
    kPause,
    kResume,
    kReload,
    kFlush,
    kMark,
    kParticipant,
    kErase
  };
  Command command = Command::kStatus;
  std::optional<std::int64_t> minutes;  ///< of kPause
  std::optional<WallTime> until;        ///< of kPause, instead of them
  std::string name, value;              ///< of kMark
  std::optional<std::string> label;     ///< of kParticipant
  monitor::Erasure erasure;             ///< of kErase
};

/// Errors: what is no request by the schema, with the field and what was expected, not what was there.
Expected<ControlRequest> decodeControlRequest(std::string_view line);

/// The answer to a request that can't be done, as a line.
std::string refusal(const Error& error);

}  // namespace dwell::app
