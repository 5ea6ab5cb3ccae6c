#include "base/lane.h"

#include <catch2/catch.hpp>

#include <stdexcept>
#include <string>
#include <vector>

namespace {

using dwell::Lane;

const auto kNoError = [](const std::exception&) { FAIL("no task was to throw"); };

TEST_CASE("a lane does its tasks in the order they were posted, all of them before it ends") {
  std::vector<int> done;
  {
    Lane lane(kNoError);
    for (int i = 0; i < 100; ++i) lane.post([&done, i] { done.push_back(i); });
  }
  REQUIRE(done.size() == 100);
  for (int i = 0; i < 100; ++i) CHECK(done[static_cast<std::size_t>(i)] == i);
}

TEST_CASE("a call waits for what was posted before it and gives the result back") {
  int sum = 0;
  Lane lane(kNoError);
  for (int i = 1; i <= 10; ++i) lane.post([&sum, i] { sum += i; });
  CHECK(lane.call([&sum] { return sum; }) == 55);
}

TEST_CASE("what a called task throws reaches the caller, and the lane goes on") {
  Lane lane(kNoError);
  CHECK_THROWS_AS(lane.call([]() -> int { throw std::runtime_error("disk full"); }), std::runtime_error);
  CHECK(lane.call([] { return 7; }) == 7);
}

TEST_CASE("what a posted task throws is reported, and the lane goes on") {
  std::string reported;
  int after = 0;
  {
    Lane lane([&reported](const std::exception& error) { reported = error.what(); });
    lane.post([] { throw std::runtime_error("disk full"); });
    lane.post([&after] { after = 1; });
  }
  CHECK(reported == "disk full");
  CHECK(after == 1);
}

}  // namespace
