#include "app/window/models/agent_status.h"

#include <cctype>

#include "app/window/models/texts.h"
#include "monitor/record/terms.h"

namespace dwell::app {
namespace {

using Json = nlohmann::ordered_json;

std::optional<WallTime> timeIn(const Json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return wallTime(found->get<std::int64_t>());
}

AgentStatus::State stateNamed(const std::string& name) {
  if (name == "recording") return AgentStatus::State::kRecording;
  if (name == "paused") return AgentStatus::State::kPaused;
  return AgentStatus::State::kNoConsent;
}

/// Why nothing may be recorded, for people.
std::string standingIn(const Json& status) {
  using monitor::Standing;
  for (const auto standing : {Standing::kNoConsent, Standing::kOtherTerms, Standing::kEnded,
                              Standing::kStopped, Standing::kNobody, Standing::kNotUnderstood}) {
    if (status.value("standing", std::string()) != monitor::standingName(standing)) continue;
    std::string text = monitor::standingText(standing).what;
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text;
  }
  return {};
}

Json objectIn(const Json& outer, const char* key) {
  const auto found = outer.find(key);
  return found != outer.end() && found->is_object() ? *found : Json::object();
}

/// While recording: that inputs do not come from where they are seen best, that no browser can connect, or
/// that none has said anything. Without logind nothing is amiss that a person could see.
QString troubleIn(const Json& status) {
  if (const auto trouble = status.find("store_trouble"); trouble != status.end() && trouble->is_string())
    return QStringLiteral("the store can't be written, it is kept and tried again: ") +
           QString::fromStdString(trouble->get<std::string>());
  const Json sources = objectIn(status, "sources");
  const auto reasonOf = [&sources](const char* name) {
    const Json source = objectIn(sources, name);
    const auto why = source.find("why");
    const bool known = why != source.end() && why->is_string();
    return known ? QStringLiteral(": ") + QString::fromStdString(why->get<std::string>()) : QString();
  };
  const auto input = status.find("input_source");
  if (input != status.end() && *input == "page")
    return QStringLiteral("inputs come from the pages, not from the desktop") + reasonOf("x11");
  const Json browser = objectIn(sources, "browser");
  if (const auto state = browser.find("state"); state != browser.end() && *state == "unavailable")
    return QStringLiteral("no browser can connect") + reasonOf("browser");
  const auto browsers = status.find("browsers");
  const bool none = browsers != status.end() && browsers->is_array() && browsers->empty();
  return none ? QStringLiteral("no browser with the Dwell extension is connected") : QString();
}

}  // namespace

AgentStatus agentStatus(const Expected<Json>& answer) {
  AgentStatus status;
  status.state = AgentStatus::State::kNotRunning;
  if (!answer) return status;
  const auto found = answer->find("status");
  if (found == answer->end() || !found->is_object()) return status;
  status.state = stateNamed(found->value("state", std::string()));
  status.since = timeIn(*found, "since_ms");
  status.resume = timeIn(*found, "resume_ms");
  status.standing = standingIn(*found);
  status.nextUpload = timeIn(*found, "next_upload_ms");
  if (status.state == AgentStatus::State::kRecording) status.trouble = troubleIn(*found);
  return status;
}

QString agentStatusText(const AgentStatus& status, WallTime now) {
  switch (status.state) {
    case AgentStatus::State::kUnasked:
      return QStringLiteral("Asking the agent…");
    case AgentStatus::State::kNotRunning:
      return QStringLiteral("The agent is not running, so nothing is recorded: start dwell-agent");
    case AgentStatus::State::kRecording: {
      QString text = QStringLiteral("Recording");
      if (status.since) text += QStringLiteral(" since ") + momentText(*status.since, now);
      return status.trouble.isEmpty() ? text : text + QStringLiteral(" – ") + status.trouble;
    }
    case AgentStatus::State::kPaused:
      return status.resume ? QStringLiteral("Paused until ") + momentText(*status.resume, now)
                           : QStringLiteral("Paused: nothing is recorded");
    case AgentStatus::State::kNoConsent:
      return QString::fromStdString(status.standing.empty() ? "No consent" : status.standing) +
             QStringLiteral(": nothing is recorded");
  }
  return {};
}

}  // namespace dwell::app
