// A browser's message, after the connection's first one: whatever it says, its events are within the rules,
// are the same after a way through a trace, and what is wrong with it is said in a line.
#include <cstdint>
#include <string_view>

#include "monitor/source/browser_messages.h"
#include "tests/fuzz/require.h"

using namespace dwell;
using fuzz::require;

namespace {

constexpr MonoTime kArrival = monoTime(500'000);
constexpr std::string_view kHello =
    R"({"v":1,"born":1,"seq":1,"sent_ms":1000,"events":[{"time_ms":1,"type":"browser_connected","browser":"b"}]})";

void checkRoundTrip(schemas::Event event) {
  require(event.time <= kArrival, "no event is from the future");
  event.time = std::max(event.time, MonoTime());
  const std::string line = schemas::encodeEvent(event).dump();
  schemas::EventParser parser;
  const auto again = parser.event(line);
  require(again && *again, "what was decoded can be written and read");
  require(schemas::encodeEvent(**again).dump() == line, "and is the same then");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  monitor::KnownBrowsers known;
  monitor::Losses losses;
  monitor::BrowserMessages messages(known, losses);
  std::vector<schemas::Event> events;
  require(messages.read(kHello, kArrival, events).has_value(), "the first message is good");
  events.clear();

  const std::string_view json(reinterpret_cast<const char*>(data), size);
  const auto read = messages.read(json, kArrival, events);
  require(read.has_value() || !losses.empty(), "nothing is refused without being counted");
  if (!read) require(read.error().message().size() < 500, "an error is a line");
  for (schemas::Event& event : events) checkRoundTrip(std::move(event));
  return 0;
}
