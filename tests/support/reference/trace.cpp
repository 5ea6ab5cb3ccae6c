#include "tests/support/reference/trace.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace dwell::tests::reference {
namespace {

EventType typeNamed(const std::string& name) {
  static const std::array<std::pair<const char*, EventType>, 29> kNames{{
      {"input", EventType::input},
      {"browser_connected", EventType::browserConnected},
      {"browser_disconnected", EventType::browserDisconnected},
      {"window_focus", EventType::windowFocus},
      {"tab_opened", EventType::tabOpened},
      {"tab_activated", EventType::tabActivated},
      {"tab_closed", EventType::tabClosed},
      {"navigation", EventType::navigation},
      {"page_focus", EventType::pageFocus},
      {"page_visibility", EventType::pageVisibility},
      {"password_focus", EventType::passwordFocus},
      {"page_label", EventType::pageLabel},
      {"page_vitals", EventType::pageVitals},
      {"media", EventType::media},
      {"scroll_depth", EventType::scrollDepth},
      {"form", EventType::form},
      {"login_form", EventType::loginForm},
      {"login_submitted", EventType::loginSubmitted},
      {"links", EventType::links},
      {"link_pressed", EventType::linkPressed},
      {"serp", EventType::serp},
      {"serp_seen", EventType::serpSeen},
      {"participant", EventType::participant},
      {"mark", EventType::mark},
      {"lock", EventType::lock},
      {"unlock", EventType::unlock},
      {"suspend", EventType::suspend},
      {"resume", EventType::resume},
      {"end", EventType::end},
  }};
  for (const auto& [known, type] : kNames) {
    if (name == known) return type;
  }
  return EventType::unknown;
}

/// "2026-11-21T10:00:00.000Z", the fraction of any length or absent.
std::int64_t parseUtc(const std::string& text) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0;
  double second = 0;
  if (std::sscanf(text.c_str(), "%d-%d-%dT%d:%d:%lfZ", &year, &month, &day, &hour, &minute, &second) != 6) {
    throw std::invalid_argument("wall_start is no UTC time");
  }
  const std::chrono::sys_days date{std::chrono::year{year} / month / day};
  const std::int64_t minutes = (date.time_since_epoch().count() * 24LL + hour) * 60 + minute;
  return minutes * 60'000 + static_cast<std::int64_t>(second * 1000 + 0.5);
}

}  // namespace

Trace readTrace(const std::string& jsonLines) {
  Trace trace;
  std::istringstream lines(jsonLines);
  std::string line;
  bool header = true;
  while (std::getline(lines, line)) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    nlohmann::json fields = nlohmann::json::parse(line);
    if (header) {
      header = false;
      trace.wallStart = parseUtc(fields.at("wall_start").get<std::string>());
      trace.utcOffsetMin = fields.value("utc_offset_min", std::int64_t{0});
      trace.hook = fields.value("hook", true);
      continue;
    }
    Event event;
    event.t = fields.at("t").get<std::int64_t>();
    event.type = typeNamed(fields.at("type").get<std::string>());
    event.fields = std::move(fields);
    trace.events.push_back(std::move(event));
    if (trace.events.back().type == EventType::end) return trace;
  }
  const std::int64_t last = trace.events.empty() ? 0 : trace.events.back().t;
  trace.events.push_back({last, EventType::end, nlohmann::json::object()});
  return trace;
}

}  // namespace dwell::tests::reference
