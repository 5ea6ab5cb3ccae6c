#pragma once

#include <QString>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"

namespace dwell::app {

/// What the agent says of itself, as far as the window shows it.
struct AgentStatus {
  enum class State : std::uint8_t {
    kUnasked,     ///< no answer yet
    kNotRunning,  ///< nobody answers
    kRecording,
    kPaused,
    kNoConsent,
  };
  State state = State::kUnasked;
  std::optional<WallTime> since, resume, nextUpload;
  std::string standing;  ///< why nothing may be recorded, for people; empty: it may
  QString trouble;       ///< what keeps it from seeing everything; empty: nothing

  friend bool operator==(const AgentStatus&, const AgentStatus&) = default;
};

/// `answer`: what ControlClient gave (control.schema.json).
AgentStatus agentStatus(const Expected<nlohmann::ordered_json>& answer);

/// A line for the person in front of it: "Recording since 14:05".
QString agentStatusText(const AgentStatus& status, WallTime now);

}  // namespace dwell::app
