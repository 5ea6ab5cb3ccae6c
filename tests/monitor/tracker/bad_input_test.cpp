// What no event of the schema can say, but a caller might: limits, and what counts as a loss.
#include <catch2/catch.hpp>
#include <map>
#include <string>

#include "monitor/tracker/counting.h"
#include "tests/support/trace_builder.h"

using namespace dwell;
using monitor::kMostCounted;
using tests::Trace;

namespace {

using Losses = std::map<std::string, std::int64_t>;

schemas::Input moved(std::int64_t count, std::int64_t distancePx) {
  schemas::Input input;
  input.count = count;
  input.distancePx = distancePx;
  return input;
}

Losses lossesOf(const Trace& trace) {
  monitor::Tracker tracker({}, wallTime(0), UtcOffset(0));
  for (const auto& event : trace.events()) tracker.handle(event);
  return tracker.losses();
}

Trace reading() { return Trace().open("t").activate("t").focus("w").go("t", "http://a/"); }

}  // namespace

TEST_CASE("counts and percentages at their limits are no loss") {
  const Trace page = reading();
  CHECK(lossesOf(page).empty());
  CHECK(
      lossesOf(Trace(page).add(moved(0, 0)).add(moved(1, 1)).add(moved(kMostCounted, kMostCounted))).empty());
  CHECK(lossesOf(Trace(page).add(schemas::ScrollDepth{"b", "t", 0}).add(schemas::ScrollDepth{"b", "t", 100}))
            .empty());
  CHECK(lossesOf(Trace(page)
                     .add(schemas::Form{"b", "t", 0, 0, 0})
                     .add(schemas::Form{"b", "t", kMostCounted, kMostCounted, kMostCounted}))
            .empty());
}

TEST_CASE("one beyond a limit is one loss, and counts at the limit") {
  const Losses once{{"count_out_of_range", 1}};
  const auto lossesWith = [](const auto& body) { return lossesOf(reading().add(body)); };
  CHECK(lossesWith(moved(-1, 0)) == once);
  CHECK(lossesWith(moved(kMostCounted + 1, 0)) == once);
  CHECK(lossesWith(moved(1, -1)) == once);
  CHECK(lossesWith(moved(1, kMostCounted + 1)) == once);
  CHECK(lossesWith(schemas::ScrollDepth{"b", "t", -1}) == once);
  CHECK(lossesWith(schemas::ScrollDepth{"b", "t", 101}) == once);
  CHECK(lossesWith(schemas::Form{"b", "t", -1, 0, 0}) == once);
  CHECK(lossesWith(schemas::Form{"b", "t", 0, kMostCounted + 1, 0}) == once);
  CHECK(lossesWith(schemas::Form{"b", "t", 0, 0, -1}) == once);
}

TEST_CASE("time at its limit is no loss, one beyond counts at the limit, as one that went back does") {
  const auto lossesAt = [](std::int64_t ms) { return lossesOf(reading().at(ms).add(schemas::Lock{})); };
  CHECK(lossesAt(0).empty());
  CHECK(lossesAt(kMostCounted).empty());
  CHECK(lossesAt(kMostCounted + 1) == Losses{{"time_out_of_range", 1}});
  CHECK(lossesAt(-1) == Losses{{"time_went_back", 1}});
}
