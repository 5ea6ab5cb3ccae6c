#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "monitor/tracker/tracker.h"
#include "schemas/visit_codec.h"
#include "tests/support/reference/reference.h"
#include "tests/support/trace_generator.h"
#include "tests/support/whole_trace.h"

using namespace dwell;

namespace {

nlohmann::json trackerReplay(const tests::GeneratedTrace& trace) {
  monitor::TrackerSettings settings;
  settings.hook = trace.header.hook;
  monitor::Tracker tracker(settings, trace.header.wallStart, trace.header.utcOffset);
  tests::Results results;
  for (const schemas::Event& event : trace.events) tracker.handle(event);
  if (!trace.events.empty()) tracker.finish(trace.events.back().time);
  results.add(tracker.take());
  const tests::WholeTrace whole = results.whole();
  schemas::Json json = tests::documentOf(whole);
  return nlohmann::json::parse(json.dump());
}

}  // namespace

TEST_CASE("the tracker and the reference agree on every field of random traces") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    const tests::GeneratedTrace trace = tests::generateTrace(seed);
    const auto differences =
        nlohmann::json::diff(tests::referenceReplay(trace.jsonLines()), trackerReplay(trace));
    INFO("seed " << seed << ", reference to tracker: " << differences.dump(1));
    REQUIRE(differences.empty());
  }
}
