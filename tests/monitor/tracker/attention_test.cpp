#include "monitor/tracker/attention.h"

#include <catch2/catch.hpp>

#include "tests/support/trace_builder.h"

using namespace dwell;
using namespace dwell::monitor;
using schemas::AgeBuckets;
using tests::Trace;

TEST_CASE("an age belongs to the bucket whose lower edge it reaches") {
  CHECK(ageBucket(0) == 0);
  CHECK(ageBucket(999) == 0);
  CHECK(ageBucket(1'000) == 1);
  CHECK(ageBucket(14'999) == 5);
  CHECK(ageBucket(15'000) == 6);
  CHECK(ageBucket(899'999) == 11);
  CHECK(ageBucket(900'000) == 12);
  CHECK(ageBucket(std::int64_t{1} << 53) == 12);
}

TEST_CASE("a stretch is cut at the edges") {
  AgeBuckets b{};
  addAges(b, 500, 3'500);
  CHECK(b == AgeBuckets{500, 1'000, 1'000, 500, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  addAges(b, 899'999, 1'000'000);
  CHECK(b[11] == 1);
  CHECK(b[12] == 100'000);
  addAges(b, 700, 700);
  CHECK(b[0] == 500);
}

TEST_CASE("reading a page puts its time into buckets of input age") {
  // Inputs at 1000 and 5000, the end at 8000: before the first input the age is infinite (1000 ms); ages 0 to
  // 4000 twice: 1000, 1000, 1000, 1000 and 1000, 1000, 1000.
  const auto whole = Trace().reading("http://a/").at(1'000).input().at(5'000).input().at(8'000).run();
  const schemas::Visit& v = whole.visits.at(0);
  CHECK(v.attentionMs == 8'000);
  CHECK(v.attentionByInputAgeMs == AgeBuckets{2'000, 2'000, 2'000, 1'000, 0, 0, 0, 0, 0, 0, 0, 0, 1'000});
  CHECK(schemas::activeMs(v.attentionByInputAgeMs, 15'000) == 7'000);
  CHECK(v.attentionFirst == wallTime(0));
  CHECK(v.attentionLast == wallTime(8'000));
}

TEST_CASE("gaps lie between two inputs of one stretch, the rest is censored") {
  const auto whole =
      Trace().reading("http://a/").at(1'000).input().at(1'400).input().at(5'000).input().at(8'000).run();
  const auto& gaps = whole.visits.at(0).attentionGaps;
  CHECK(gaps.count == AgeBuckets{1, 0, 0, 1});
  CHECK(gaps.sumMs == AgeBuckets{400, 0, 0, 3'600});
  CHECK(gaps.censoredMs == 4'000);
}

TEST_CASE("two inputs at the same time make a gap of nothing") {
  const auto whole = Trace().reading("http://a/").at(10).input().input().run();
  CHECK(whole.visits.at(0).attentionGaps.count[0] == 1);
  CHECK(whole.visits.at(0).attentionGaps.sumMs[0] == 0);
}

TEST_CASE("a look elsewhere cuts a gap, however short") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .at(1'000)
                         .input()
                         .at(1'500)
                         .focus(std::nullopt)
                         .focus("w")
                         .at(2'000)
                         .input()
                         .at(3'000)
                         .run();
  const schemas::Visit& v = whole.visits.at(0);
  CHECK(v.attentionGaps.count == AgeBuckets{});
  CHECK(v.attentionGaps.censoredMs == 3'000);
  CHECK(v.attentionMs == 3'000);
}

TEST_CASE("an input elsewhere resets the age") {
  // Another window has the focus at 2000-4000, an input there at 3000: age 1000 on return.
  const auto whole = Trace()
                         .reading("http://a/")
                         .at(0)
                         .input()
                         .at(2'000)
                         .focus(std::nullopt)
                         .at(3'000)
                         .input()
                         .at(4'000)
                         .focus("w")
                         .at(4'500)
                         .run();
  CHECK(whole.visits.at(0).attentionByInputAgeMs == AgeBuckets{1'000, 1'500});
  CHECK(whole.visits.at(0).input.mouseMoves == 1);
}

TEST_CASE("audible time is the part of the same buckets with sound") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .input()
                         .at(500)
                         .audible("t", true)
                         .at(1'500)
                         .audible("t", false)
                         .at(2'000)
                         .audible("t", true)
                         .at(2'100)
                         .run();
  const schemas::Visit& v = whole.visits.at(0);
  CHECK(v.audibleByInputAgeMs == AgeBuckets{500, 500, 100});
  CHECK(v.attentionByInputAgeMs == AgeBuckets{1'000, 1'000, 100});
}

TEST_CASE("sound goes on over a navigation of the tab") {
  const auto whole =
      Trace().reading("http://a/").input().audible("t", true).at(100).go("t", "http://b/").at(300).run();
  CHECK(whole.visits.at(0).audibleByInputAgeMs[0] == 100);
  CHECK(whole.visits.at(1).audibleByInputAgeMs[0] == 200);
}

TEST_CASE("locked and suspended are two states, and neither is attention") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .at(1'000)
                         .add(schemas::Lock{})
                         .at(2'000)
                         .add(schemas::Suspend{})
                         .at(3'000)
                         .add(schemas::Unlock{})
                         .at(4'000)
                         .add(schemas::Resume{})
                         .at(5'000)
                         .run();
  CHECK(whole.visits.at(0).attentionMs == 2'000);
}

TEST_CASE("a page on the second monitor is visible, not attended") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .activate("u", "w2")
                         .go("u", "http://b/")
                         .at(1'000)
                         .visible("u", true)
                         .at(3'000)
                         .add(schemas::Lock{})
                         .at(7'000)
                         .add(schemas::Unlock{})
                         .at(8'000)
                         .focus("w2")
                         .at(10'000)
                         .focus("w")
                         .at(11'000)
                         .go("u", "http://c/")
                         .at(11'500)
                         .run();
  CHECK(whole.visits.at(1).visibleUnattendedMs == 2'000 + 1'000 + 1'000);
  CHECK(whole.visits.at(1).attentionMs == 2'000);
  CHECK(whole.visits.at(2).visibleUnattendedMs == 500);
  CHECK(whole.visits.at(0).visibleUnattendedMs == 0);
}

TEST_CASE("only the browser that has the focus can give it away") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .in("other")
                         .at(1'000)
                         .focus(std::nullopt)
                         .at(2'000)
                         .in("b")
                         .focus(std::nullopt)
                         .at(3'000)
                         .run();
  CHECK(whole.visits.at(0).attentionMs == 2'000);
}

TEST_CASE("a tab is active in one window at most, and a closed one leaves none") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .at(1'000)
                         .activate("t", "w2")  // torn off: window w has no active tab now
                         .at(2'000)
                         .focus("w2")
                         .at(3'000)
                         .open("u")
                         .go("u", "http://b/")
                         .at(4'000)
                         .close("t")
                         .at(5'000)
                         .run();
  CHECK(whole.visits.at(0).attentionMs == 3'000);
  CHECK(whole.visits.at(1).attentionMs == 0);
}

TEST_CASE("a visit without attention has no first and last moment of it") {
  const auto whole =
      Trace().go("t", "http://a/").at(500).activate("t").focus("w").focus(std::nullopt).at(900).run();
  CHECK_FALSE(whole.visits.at(0).attentionFirst);
  CHECK_FALSE(whole.visits.at(0).attentionLast);
}
