#include "monitor/source/reorder.h"

#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

namespace {

using dwell::Millis;
using dwell::monoTime;
using dwell::monitor::Reorder;
using dwell::schemas::Event;
using dwell::schemas::Mark;

Event event(std::int64_t ms, std::string name) { return {monoTime(ms), Mark{std::move(name), ""}}; }

std::string names(const std::vector<Event>& events) {
  std::string all;
  for (const auto& each : events) all += std::get<Mark>(each.body).name;
  return all;
}

TEST_CASE("events of several sources come out in the order of their times") {
  Reorder reorder;
  reorder.add(event(1000, "b"));
  reorder.add(event(1200, "d"));
  reorder.add(event(900, "a"));
  reorder.add(event(1100, "c"));
  CHECK(names(reorder.release(monoTime(1700))) == "abcd");
  CHECK(reorder.late() == 0);
}

TEST_CASE("an event waits for the whole window, and due() says until when") {
  Reorder reorder;
  CHECK_FALSE(reorder.due());
  reorder.add(event(1000, "a"));
  CHECK(reorder.due() == monoTime(1500));
  CHECK(reorder.release(monoTime(1499)).empty());
  CHECK(names(reorder.release(monoTime(1500))) == "a");
  CHECK_FALSE(reorder.due());
}

TEST_CASE("equal times keep the order of arrival") {
  Reorder reorder;
  for (const auto* name : {"a", "b", "c"}) reorder.add(event(1000, name));
  reorder.add(event(999, "0"));
  reorder.add(event(1000, "d"));
  CHECK(names(reorder.release(monoTime(2000))) == "0abcd");
}

TEST_CASE("what comes after its time was passed counts at the edge and as late") {
  Reorder reorder;
  reorder.add(event(1000, "a"));
  reorder.release(monoTime(2000));
  CHECK(reorder.edge() == monoTime(1500));
  reorder.add(event(1499, "late"));
  reorder.add(event(1500, "just"));
  const auto released = reorder.release(monoTime(2000));
  REQUIRE(names(released) == "latejust");
  CHECK(released[0].time == monoTime(1500));
  CHECK(reorder.late() == 1);
}

TEST_CASE("what is told late counts at its own time as long as the others are held for it") {
  Reorder reorder;
  reorder.add(event(1000, "a"));
  reorder.hold(true);
  CHECK(reorder.release(monoTime(9000)).empty());
  reorder.add(event(5000, "d"));
  reorder.add(event(1500, "b"));
  reorder.add(event(2000, "c"));
  reorder.hold(false);
  CHECK(names(reorder.release(monoTime(9000))) == "abcd");
  CHECK(reorder.late() == 0);
}

TEST_CASE("no more is held than fits: then the window counts again") {
  Reorder reorder;
  reorder.hold(true);
  for (std::size_t i = 0; i < Reorder::kMostHeld; ++i) {
    CHECK(reorder.release(monoTime(9000)).empty());
    reorder.add(event(1000, "."));
  }
  CHECK(reorder.release(monoTime(9000)).size() == Reorder::kMostHeld);
}

TEST_CASE("a flush releases what the window still held, and nothing later") {
  Reorder reorder;
  reorder.add(event(1000, "a"));
  reorder.add(event(1300, "c"));
  CHECK(names(reorder.releaseUpTo(monoTime(1200))) == "a");
  CHECK(reorder.edge() == monoTime(1200));
  CHECK(names(reorder.release(monoTime(1800))) == "c");
}

TEST_CASE("whatever comes in whatever order, the times given out never decrease") {
  std::mt19937 random(7);
  Reorder reorder;
  auto last = monoTime(0);
  std::size_t given = 0;
  for (std::int64_t now = 10'000; now < 60'000; now += 100) {
    for (int i = 0; i < 5; ++i) reorder.add(event(now - static_cast<std::int64_t>(random() % 1500), "x"));
    for (const auto& each : reorder.release(monoTime(now))) {
      CHECK(each.time >= last);
      last = each.time;
      ++given;
    }
  }
  given += reorder.releaseUpTo(monoTime(60'000)).size();
  CHECK(given == 500 * 5);
  CHECK(reorder.late() > 0);
}

}  // namespace
