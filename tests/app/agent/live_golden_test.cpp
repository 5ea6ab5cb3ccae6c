#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "app/agent/pipeline.h"
#include "monitor/source/trace_source.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "schemas/visit_codec.h"
#include "tests/support/temp_dir.h"

/// What a live machine measures is what a replay measures: the golden traces, whose figures were worked out
/// by hand and fill every field, on the agent's own way (order ▶ tracker ▶ recorder ▶ batches ▶ store ▶
/// reader).

using namespace dwell;
using Json = nlohmann::json;

namespace {

/// The rows of the store after a life of the agent in which the events of `trace` happened. Every 10 s or so
/// there is a flush; events come late by as much as the window of reordering takes.
Json lived(const std::filesystem::path& trace, const std::filesystem::path& file) {
  auto source = monitor::TraceSource::open(trace).value();
  const auto header = source.header();
  app::Pipeline::Setup setup;
  setup.settings.urlDetail = UrlDetail::kFull;
  setup.settings.searchWords = SearchWords::kFull;
  setup.hook = header.hook;
  setup.wallAtZero = header.wallStart;
  setup.offset = header.utcOffset;
  app::Pipeline pipeline(std::move(setup));
  auto store = monitor::Store::open(file).value();
  const auto wall = [&](MonoTime time) { return header.wallStart + time.time_since_epoch(); };
  constexpr Millis kFlushEvery = std::chrono::seconds(10);
  MonoTime flushed{};
  for (auto event = source.next().value(); event; event = source.next().value()) {
    const MonoTime arrival = event->time + monitor::kReorderWindow / 2;
    pipeline.add({std::move(*event)}, arrival);
    if (arrival - flushed < kFlushEvery) continue;
    store.write(pipeline.batch(arrival, wall(arrival)));
    flushed = arrival;
  }
  store.write(pipeline.finish(source.lastTime(), wall(source.lastTime())));

  const auto reader = monitor::Reader::open(file).value();
  Json rows = {{"visits", Json::array()},
               {"sessions", Json::array()},
               {"trajectories", Json::array()},
               {"searches", Json::array()}};
  for (auto visit : reader.visits()) {
    CHECK(visit.inputSource == (header.hook ? "x11" : "page"));
    visit.inputSource.reset();  // a replay can't know it
    rows["visits"].push_back(Json::parse(schemas::toJsonText(visit, Settings{}.idleThreshold)));
  }
  for (const auto& session : reader.sessions())
    rows["sessions"].push_back(Json::parse(schemas::toJsonText(session)));
  for (const auto& one : reader.trajectories())
    rows["trajectories"].push_back(Json::parse(schemas::toJsonText(one)));
  for (const auto& search : reader.searches())
    rows["searches"].push_back(Json::parse(schemas::toJsonText(search)));
  return rows;
}

}  // namespace

TEST_CASE("the agent's own way gives every field of the golden traces as they were worked out by hand") {
  int cases = 0;
  for (const auto& entry : std::filesystem::directory_iterator(DWELL_SOURCE_DIR "/tests/golden")) {
    if (!entry.is_directory()) continue;
    INFO(entry.path().filename().string());
    const tests::TempDir dir;
    Json expected = Json::parse(std::ifstream(entry.path() / "expected.json"));
    expected.erase("histograms");
    const Json differences =
        Json::diff(expected, lived(entry.path() / "trace.jsonl", dir.path() / "store.sqlite"));
    INFO(differences.dump(1));
    CHECK(differences.empty());
    ++cases;
  }
  CHECK(cases >= 47);
}
