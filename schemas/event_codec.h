#pragma once

#include <simdjson.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "schemas/event.h"

/// Events from JSON and to JSON (event.schema.json). Typed decoding on simdjson's DOM, held equal to the
/// schema by tests/schemas/event_codec_test.cpp.
/// Errors name the field and what was expected, never its content: "/count: out of range (expected …)". They
/// do not know their line: locatedAt puts it before.
/// Threads: any; an EventParser belongs to one.
namespace dwell::schemas {

/// The limits of the schema that others have to know.
inline constexpr std::int64_t kMaxEventInteger = (std::int64_t{1} << 53) - 1;
inline constexpr std::size_t kMaxUrlCharacters = 2'097'152;
inline constexpr std::size_t kMaxLinks = 300;
inline constexpr std::size_t kMaxSerpResults = 10'000;

/// What was decoded, or nothing where the event's type is not known: that is to be counted, it is no error.
template <class T>
using Decoded = Expected<std::optional<T>>;

/// An event without its time; a message's `time_ms` is its receiver's to map.
Decoded<EventBody> decodeBody(simdjson::dom::element json);

/// A trace's event: its `t` and its body.
Decoded<Event> decodeEvent(simdjson::dom::element json);

/// The time field of an assistant's message, `time_ms`: wall time of the browser.
Expected<WallTime> decodeMessageTime(simdjson::dom::element json);

/// The header line of a trace.
struct TraceHeader {
  WallTime wallStart;
  UtcOffset utcOffset{0};
  bool hook = true;
};
Expected<TraceHeader> decodeTraceHeader(simdjson::dom::element json);

/// Puts `where` (a line, a message) before the place of `error`.
Error locatedAt(std::string_view where, Error error);

/// Lines to events with one parser, whose memory is used again: no allocation per event but the event's own
/// strings.
class EventParser {
 public:
  /// One line of a trace. Invalid UTF-8, no JSON, or numbers beyond 64 bits are errors.
  Decoded<Event> event(std::string_view line);
  /// The same, of a line after which at least simdjson::SIMDJSON_PADDING bytes can be read: saves a copy.
  Decoded<Event> paddedEvent(std::string_view line);
  Expected<TraceHeader> header(std::string_view line);

  /// The `t` of the last event that was decoded, of a known type or not.
  MonoTime time() const { return time_; }

 private:
  Decoded<Event> decode(std::string_view line, bool copy);

  simdjson::dom::parser parser_;
  MonoTime time_;
};

/// The event as a line of a trace, without the line's end. Fields at their default are left out.
nlohmann::ordered_json encodeEvent(const Event& event);
nlohmann::ordered_json encodeTraceHeader(const TraceHeader& header);

}  // namespace dwell::schemas
