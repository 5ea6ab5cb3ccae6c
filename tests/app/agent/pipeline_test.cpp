#include "app/agent/pipeline.h"

#include <catch2/catch.hpp>
#include <vector>

namespace {

using namespace dwell::schemas;
using dwell::Millis;
using dwell::MonoTime;
using dwell::monoTime;
using dwell::WallTime;
using dwell::wallTime;
using dwell::app::Pipeline;

constexpr std::int64_t kWallAtZero = 1'700'000'000'000;
constexpr std::int64_t kStart = 100'000;

WallTime wallAt(std::int64_t ms) { return wallTime(kWallAtZero + ms); }

Pipeline::Setup setup() {
  Pipeline::Setup made;
  made.start = monoTime(kStart);
  made.wallAtZero = wallTime(kWallAtZero);
  return made;
}

Event at(std::int64_t ms, EventBody body) { return {monoTime(ms), std::move(body)}; }

std::vector<Event> pageAt(std::int64_t ms, const std::string& url) {
  Navigation navigation;
  navigation.browser = "b";
  navigation.tab = "1";
  navigation.window = "w";
  navigation.url = url;
  navigation.transition = Transition::kPresent;
  return {at(ms, BrowserConnected{"b", "Chromium", "156"}), at(ms, TabActivated{"b", "1", "w"}),
          at(ms, WindowFocus{"b", "w"}), at(ms, std::move(navigation))};
}

TEST_CASE("a batch follows what is past the window of reordering, a flush everything") {
  Pipeline pipeline(setup());
  pipeline.add(pageAt(kStart + 100, "http://meadow.test/"), monoTime(kStart + 100));
  auto batch = pipeline.batch(monoTime(kStart + 599), wallAt(kStart + 599));
  CHECK(batch.open.empty());
  batch = pipeline.batch(monoTime(kStart + 2600), wallAt(kStart + 2600));
  REQUIRE(batch.open.size() == 1);
  CHECK(batch.open[0].attentionMs == 2000);
  batch = pipeline.batchUpTo(monoTime(kStart + 2700), wallAt(kStart + 2700));
  REQUIRE(batch.open.size() == 1);
  CHECK(batch.open[0].attentionMs == 2600);
  batch = pipeline.finish(monoTime(kStart + 3100), wallAt(kStart + 3100));
  REQUIRE(batch.ended.size() == 1);
  CHECK(batch.ended[0].attentionMs == 3000);
  CHECK(batch.ended[0].exit == Exit::kAgentStopped);
}

TEST_CASE("inputs that arrive after the browser's events still count in the order of their times") {
  Pipeline pipeline(setup());
  auto events = pageAt(kStart, "http://meadow.test/");
  events.push_back(at(kStart + 400, WindowFocus{"b", std::nullopt}));
  pipeline.add(std::move(events), monoTime(kStart + 410));
  // The hook is drained 250 ms late: the key was pressed while the page still had the focus.
  pipeline.add({at(kStart + 390, Input{InputKind::kKey, KeyClass::kCharacter})}, monoTime(kStart + 640));
  const auto batch = pipeline.finish(monoTime(kStart + 5000), wallAt(kStart + 5000));
  REQUIRE(batch.ended.size() == 1);
  CHECK(batch.ended[0].input.keys == 1);
  CHECK(pipeline.losses().count("late") == 0);
}

TEST_CASE("it is restless while something happens or is looked at, and comes to rest") {
  Pipeline pipeline(setup());
  const auto batchAt = [&pipeline](std::int64_t ms) { pipeline.batch(monoTime(ms), wallAt(ms)); };
  CHECK(pipeline.restless(monoTime(kStart)));  // what a kill left open is to be written
  batchAt(kStart);
  CHECK_FALSE(pipeline.restless(monoTime(kStart + 10'000)));

  pipeline.add(pageAt(kStart + 10'000, "http://meadow.test/"), monoTime(kStart + 10'000));
  CHECK(pipeline.restless(monoTime(kStart + 20'000)));
  batchAt(kStart + 20'000);
  CHECK(pipeline.restless(monoTime(kStart + 30'000)));  // attention goes on
  batchAt(kStart + 900'000);
  CHECK(pipeline.restless(monoTime(kStart + 909'999)));
  CHECK_FALSE(pipeline.restless(monoTime(kStart + 910'000)));  // 15 minutes without an event

  pipeline.add({at(kStart + 2'000'000, WindowFocus{"b", std::nullopt})}, monoTime(kStart + 2'000'000));
  batchAt(kStart + 2'010'000);
  batchAt(kStart + 2'020'000);
  CHECK_FALSE(pipeline.restless(monoTime(kStart + 2'030'000)));  // nothing is looked at
}

TEST_CASE("losses are told with their cause, once") {
  Pipeline pipeline(setup());
  pipeline.addLosses("browser.", {{"message_lost", 2}});
  auto events = pageAt(kStart, "http://meadow.test/");
  events.push_back(at(kStart - 1, Input{}));
  pipeline.add(std::move(events), monoTime(kStart));
  pipeline.add({}, monoTime(kStart + 5000));
  pipeline.add({at(kStart + 10, Input{})}, monoTime(kStart + 5000));
  const std::map<std::string, std::int64_t> expected = {
      {"before_start", 1}, {"browser.message_lost", 2}, {"late", 1}};
  CHECK(pipeline.losses() == expected);
  CHECK(pipeline.batch(monoTime(kStart + 6000), wallAt(kStart + 6000)).losses == expected);
  CHECK(pipeline.batch(monoTime(kStart + 7000), wallAt(kStart + 7000)).losses.empty());
}

TEST_CASE("a filter sees every event on its way into the tracker") {
  auto filtered = setup();
  int seen = 0;
  filtered.filter = [&seen](Event& event) {
    ++seen;
    if (auto* input = std::get_if<Input>(&event.body)) input->count = 7;
  };
  Pipeline pipeline(std::move(filtered));
  pipeline.add(pageAt(kStart, "http://meadow.test/"), monoTime(kStart));
  pipeline.add({at(kStart + 10, Input{InputKind::kScroll})}, monoTime(kStart + 10));
  const auto batch = pipeline.finish(monoTime(kStart + 100), wallAt(kStart + 100));
  CHECK(seen == 5);
  REQUIRE(batch.ended.size() == 1);
  CHECK(batch.ended[0].input.scrolls == 7);
}

TEST_CASE("what an earlier life left open comes with the first batch, and numbers go on after it") {
  auto later = setup();
  later.numbers.visit = 8;
  Visit left;
  left.id = 7;
  left.url = "http://left.test/";
  left.start = wallAt(1);
  left.end = wallAt(2);
  left.exit = Exit::kAgentStopped;
  later.leftOpen.visits = {left};
  Pipeline pipeline(std::move(later));
  pipeline.add(pageAt(kStart, "http://meadow.test/"), monoTime(kStart));
  const auto batch = pipeline.finish(monoTime(kStart + 100), wallAt(kStart + 100));
  REQUIRE(batch.ended.size() == 2);
  CHECK(batch.ended[0].id == 7);
  CHECK(batch.ended[1].id == 8);
}

}  // namespace
