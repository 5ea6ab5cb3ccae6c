#include "monitor/tracker/session.h"

#include <catch2/catch.hpp>
#include <vector>

#include "tests/support/trace_builder.h"

using namespace dwell;
using tests::Trace;

namespace {

constexpr std::int64_t kMinute = 60'000;

}  // namespace

TEST_CASE("thirty minutes to the millisecond end a session, one less does not") {
  const auto whole = Trace()
                         .focus("w")
                         .activate("t")
                         .at(1'000)
                         .input()
                         .at(30 * kMinute + 999)
                         .input()
                         .after(30 * kMinute)
                         .input()
                         .after(5)
                         .input()
                         .run();
  REQUIRE(whole.sessions.size() == 2);
  CHECK(whole.sessions[0].start == wallTime(1'000));
  CHECK(whole.sessions[0].end == wallTime(30 * kMinute + 999));
  CHECK(whole.sessions[1].start == wallTime(60 * kMinute + 999));
  CHECK(whole.sessions[1].end == wallTime(60 * kMinute + 1'004));
}

TEST_CASE("an afternoon in a text editor is no browsing") {
  const auto whole = Trace().focus(std::nullopt).input().at(1'000).input().run();
  CHECK(whole.sessions.empty());
}

TEST_CASE("an attended tab without a page makes a session, too") {
  const auto whole = Trace().focus("w").activate("t").input().run();
  REQUIRE(whole.sessions.size() == 1);
  CHECK(whole.sessions[0].pages == 0);
}

TEST_CASE("nobody was there before the first input") {
  const auto whole = Trace().reading("http://a/").at(10).input().at(20).go("t", "http://b/").run();
  CHECK(whole.visits.at(1).session == 1);
  // Inputs were not observed at its start, but its own navigation was that of the attended tab.
  CHECK(whole.visits.at(0).session == 1);
  const auto unattended = Trace().go("t", "http://a/").at(10).focus("w").activate("t").input().run();
  CHECK_FALSE(unattended.visits.at(0).session);
}

TEST_CASE("a page that loads long after the last activity belongs to no session") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .input()
                         .at(30 * kMinute - 1)
                         .go("t", "http://b/", schemas::Transition::kOther)
                         .at(30 * kMinute)
                         .go("t", "http://c/", schemas::Transition::kOther)
                         .run();
  CHECK(whole.visits.at(1).session == 1);
  CHECK_FALSE(whole.visits.at(2).session);
}

TEST_CASE("without observed inputs, navigations of the attended tab are the activity, redirects not") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .at(20 * kMinute)
                         .redirect("t", "http://b/")
                         .at(40 * kMinute)
                         .go("t", "http://c/")
                         .run();
  REQUIRE(whole.sessions.size() == 2);
  CHECK(whole.sessions[0].end == wallTime(0));
  CHECK(whole.visits.at(1).session == 1);
  CHECK(whole.visits.at(2).session == 2);
}

TEST_CASE("pages of a session are its visits without those that ended in a redirect") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .input()
                         .at(10)
                         .redirect("t", "http://b/")
                         .at(20)
                         .redirect("t", "http://c/")
                         .at(30)
                         .input()
                         .go("t", "http://d/")
                         .at(40)
                         .run();
  CHECK(whole.visits.size() == 4);
  CHECK(whole.sessions.at(0).pages == 2);
}

TEST_CASE("active time counts for the session in which its visit began") {
  // One page all the time: active for 15 s after the first input, and for 500 ms in what is session 2 by
  // then.
  const auto whole = Trace().reading("http://a/").input().at(31 * kMinute).input().after(500).run();
  REQUIRE(whole.sessions.size() == 2);
  CHECK(whole.sessions[0].activeMs == 15'500);
  CHECK(whole.sessions[0].end == wallTime(0));
  CHECK(whole.sessions[1].activeMs == 0);
  CHECK(whole.sessions[1].pages == 0);
}
