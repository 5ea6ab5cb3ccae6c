#include "app/ctl/trace_rows.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>

#include "app/ctl/url_memory.h"
#include "monitor/tracker/tracker.h"
#include "schemas/visit_codec.h"
#include "tests/support/trace_generator.h"
#include "tests/support/whole_trace.h"

using namespace dwell;
using app::TraceRows;
using schemas::Json;

namespace {

constexpr Millis kThreshold{15'000};

TraceRows jsonRows() {
  return TraceRows([](const schemas::Visit& visit) { return schemas::toJsonText(visit, kThreshold); });
}

Json document(TraceRows& rows) {
  Json json;
  const auto into = [&](const char* name) {
    json[name] = Json::array();
    return [&list = json[name]](std::string_view text) { list.push_back(Json::parse(text)); };
  };
  rows.eachVisit(into("visits"));
  rows.eachSession(into("sessions"));
  rows.eachTrajectory(into("trajectories"));
  rows.eachSearch(into("searches"));
  return json;
}

}  // namespace

TEST_CASE(
    "however often a tracker is asked, its rows are the whole trace's, numbered as in the results in "
    "memory") {
  for (std::uint32_t seed = 1; seed <= 60; ++seed) {
    const tests::GeneratedTrace trace = tests::generateTrace(seed, 120);
    monitor::TrackerSettings settings;
    settings.firstDays = std::make_shared<app::FirstDaysOnDisk>();
    monitor::Tracker tracker(settings, trace.header.wallStart, trace.header.utcOffset);
    monitor::Tracker other({}, trace.header.wallStart, trace.header.utcOffset);
    TraceRows rows = jsonRows();
    std::uint32_t handled = 0;
    for (const schemas::Event& event : trace.events) {
      tracker.handle(event);
      other.handle(event);
      if (++handled % (1 + seed % 7) == 0) rows.add(tracker.take());
    }
    tracker.finish(trace.events.back().time);
    other.finish(trace.events.back().time);
    rows.add(tracker.take());
    tests::Results results;
    results.add(other.take());
    const tests::WholeTrace whole = results.whole();
    Json expected = tests::documentOf(whole);
    INFO("seed " << seed);
    CHECK(document(rows).dump() == expected.dump());
    CHECK(rows.visits() == static_cast<std::int64_t>(whole.visits.size()));
    CHECK(rows.searches() == static_cast<std::int64_t>(whole.searches.size()));
  }
}

TEST_CASE("a text that looks like a trajectory's number is left as it is") {
  schemas::Visit visit;
  visit.id = 1;
  visit.url = R"(https://a.test/?"trajectory":{"id":7})";
  visit.label = R"(","trajectory":{"id":7,)";
  monitor::TrackerOutput output;
  output.ended.push_back(visit);
  TraceRows rows = jsonRows();
  rows.add(output);
  CHECK(document(rows)["visits"][0].dump() == schemas::toJson(visit, kThreshold).dump());
}
