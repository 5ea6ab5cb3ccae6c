#pragma once

#include <cstddef>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dwell::tests::reference {

enum class EventType {
  input,
  browserConnected,
  browserDisconnected,
  windowFocus,
  tabOpened,
  tabActivated,
  tabClosed,
  navigation,
  pageFocus,
  pageVisibility,
  passwordFocus,
  pageLabel,
  pageVitals,
  media,
  scrollDepth,
  form,
  loginForm,
  loginSubmitted,
  links,
  linkPressed,
  serp,
  serpSeen,
  participant,
  mark,
  lock,
  unlock,
  suspend,
  resume,
  end,
  unknown,
};

struct Event {
  std::int64_t t = 0;  ///< ms since the start
  EventType type = EventType::unknown;
  nlohmann::json fields;
};

/// A whole trace. The last event is always `end` (added at the last `t` where the trace has none); what
/// follows an `end` is not read.
struct Trace {
  std::int64_t wallStart = 0;  ///< UTC, ms since 1970
  std::int64_t utcOffsetMin = 0;
  bool hook = true;
  std::vector<Event> events;

  std::int64_t timeOf(std::size_t index) const { return events[index].t; }
};

Trace readTrace(const std::string& jsonLines);

/// A field that may be absent or null.
template <typename Value>
Value fieldOr(const Event& event, const char* name, Value otherwise) {
  const auto found = event.fields.find(name);
  return found == event.fields.end() || found->is_null() ? otherwise : found->get<Value>();
}

}  // namespace dwell::tests::reference
