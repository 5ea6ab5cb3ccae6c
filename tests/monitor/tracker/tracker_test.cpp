#include "monitor/tracker/tracker.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <limits>
#include <string>
#include <vector>

#include "tests/support/trace_builder.h"

using namespace dwell;
using monitor::Tracker;
using schemas::AccessType;
using schemas::Exit;
using schemas::Transition;
using tests::Trace;

namespace {

constexpr std::int64_t kMinute = 60'000;
constexpr std::int64_t kHour = 60 * kMinute;

void feed(Tracker& tracker, const Trace& trace) {
  for (const schemas::Event& event : trace.events()) tracker.handle(event);
}

}  // namespace

TEST_CASE("a visit lasts from its navigation to the next one") {
  const auto whole =
      Trace().reading("http://a/#x").at(50).input().type("t", "http://u:p@b/?q#y").at(90).run();
  REQUIRE(whole.visits.size() == 2);
  CHECK(whole.visits[0].url == "http://a/");
  CHECK(whole.visits[0].end == wallTime(50));
  CHECK(whole.visits[0].exit == schemas::exitBy(AccessType::kAddressBar));
  CHECK(whole.visits[1].url == "http://b/?q");
  CHECK(whole.visits[1].exit == Exit::kAgentStopped);
  CHECK_FALSE(whole.visits[1].sourceVisit);
  CHECK(whole.visits[1].typedCharacters == 0);
}

TEST_CASE("only pages of the web are visits") {
  const auto whole =
      Trace().reading("http://a/").at(10).go("t", "chrome://settings/").at(20).go("t", "http://b/").run();
  REQUIRE(whole.visits.size() == 2);
  CHECK(whole.visits[0].end == wallTime(10));
  CHECK_FALSE(whole.visits[1].sourceVisit);
}

TEST_CASE("a change within the document is a visit only if the URL changes") {
  schemas::Navigation n;
  n.browser = "b";
  n.tab = "t";
  n.url = "http://a/#section";
  n.transition = Transition::kLink;
  n.sameDocument = true;
  CHECK(Trace().reading("http://a/").input().add(n).run().visits.size() == 1);
  n.url = "http://a/next";
  CHECK(Trace().reading("http://a/").input().add(n).run().visits.size() == 2);
}

TEST_CASE("the blank page of a new tab is no navigation of it") {
  const auto whole = Trace().open("t", "o").go("t", "about:blank").go("t", "http://a/").run();
  CHECK(whole.visits.at(0).accessType == AccessType::kLink);  // still the first, with an opener
  const auto later = Trace().reading("http://a/").go("t", "about:blank").run();
  CHECK(later.visits.at(0).exit == schemas::exitBy(AccessType::kLink));
}

TEST_CASE("a page in a new tab comes from the page that opened the tab") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .input()
                         .open("u", "t")
                         .go("t", "http://b/")
                         .go("u", "http://c/")
                         .input()
                         .go("u", "http://d/")
                         .run();
  CHECK(whole.visits.at(2).sourceVisit == 1);
  CHECK(whole.visits.at(3).sourceVisit == 3);
}

TEST_CASE("a redirect takes access type and source from the page that it leaves") {
  const auto whole = Trace()
                         .focus("w")
                         .activate("t")
                         .characters(3)
                         .type("t", "http://a/")
                         .redirect("t", "http://b/")
                         .at(5)
                         .run();
  CHECK(whole.visits.at(0).accessType == AccessType::kTypedFull);
  CHECK(whole.visits.at(0).exit == Exit::kRedirect);
  CHECK(whole.visits.at(0).typedCharacters == 3);
  CHECK(whole.visits.at(1).accessType == AccessType::kTypedFull);
  CHECK(whole.visits.at(1).sourceVisit == 1);
  CHECK(whole.visits.at(1).redirectedFrom == 1);
  CHECK_FALSE(whole.visits.at(1).typedCharacters);
}

TEST_CASE("the middle button pastes into the address bar, not for it while the page has the keyboard") {
  schemas::Input release;
  release.kind = schemas::InputKind::kMouseUp;
  release.keyClass = schemas::KeyClass::kPaste;
  const auto clicked = [&](bool inPage) {
    return Trace().reading("http://a/").pageFocus("t", inPage).add(release).type("t", "http://pasted/").run();
  };
  for (const bool inPage : {false, true}) {
    const auto whole = clicked(inPage);
    CHECK(whole.visits.at(0).input.mouseUps == 1);
    CHECK(whole.visits.at(1).accessType == (inPage ? AccessType::kAddressBar : AccessType::kPasted));
  }
}

TEST_CASE("a tab left open for half an hour is resumed, not one visit") {
  const auto left = [](std::int64_t pause) {
    return Trace()
        .reading("http://a/#x")
        .input()
        .at(100)
        .activate("u")
        .after(pause)
        .activate("t")
        .after(5)
        .run();
  };
  CHECK(left(30 * kMinute - 1).visits.size() == 1);
  const auto whole = left(30 * kMinute);
  REQUIRE(whole.visits.size() == 2);
  CHECK(whole.visits[0].exit == schemas::exitBy(AccessType::kResumed));
  CHECK(whole.visits[0].end == wallTime(100 + 30 * kMinute));
  CHECK(whole.visits[1].accessType == AccessType::kResumed);
  CHECK(whole.visits[1].sourceVisit == 1);
  CHECK(whole.visits[1].url == "http://a/");
  CHECK(whole.visits[1].attentionMs == 5);
}

TEST_CASE("a page that was never looked at is not resumed") {
  CHECK(
      Trace().reading("http://a/").go("u", "http://b/").at(40 * kMinute).activate("u").run().visits.size() ==
      2);
}

TEST_CASE("a closed tab, a dead browser and the end end visits, each in its way") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .go("u", "http://b/")
                         .in("c")
                         .go("v", "http://c/")
                         .in("b")
                         .at(10)
                         .close("u")
                         .at(20)
                         .add(schemas::BrowserDisconnected{"b"})
                         .at(30)
                         .add(schemas::End{})
                         .run();
  CHECK(whole.visits.at(0).exit == Exit::kBrowserClosed);
  CHECK(whole.visits.at(0).attentionMs == 20);
  CHECK(whole.visits.at(1).exit == Exit::kClosed);
  CHECK(whole.visits.at(2).exit == Exit::kAgentStopped);
  CHECK(whole.visits.at(2).end == wallTime(30));
}

TEST_CASE("a tab that comes back under its name is a new tab") {
  const auto whole =
      Trace().reading("http://a/").pageFocus("t", false).close("t").go("t", "http://b/").input().run();
  CHECK(whole.visits.at(1).accessType == AccessType::kExternal);
  CHECK_FALSE(whole.visits.at(1).sourceVisit);
}

TEST_CASE("keys count where the keyboard is, and nowhere in a password field") {
  auto typed = [](int password) {
    return Trace()
        .reading("http://a/")
        .characters(2)
        .add(schemas::PasswordFocus{"b", "t", true})
        .characters(password)
        .pageFocus("t", false)
        .characters(4)
        .pageFocus("t", true)
        .add(schemas::PasswordFocus{"b", "t", false})
        .characters(8)
        .at(100)
        .run()
        .visits.at(0);
  };
  CHECK(typed(5).input.keys == 10);
  CHECK(typed(5).input.browserKeys == 4);
  CHECK(typed(11).input.keys == 10);
}

TEST_CASE("what the page tells belongs to its visit, attended or not") {
  schemas::PageVitals vitals{"b", "u", 1'200.5, std::nullopt, 0.1};
  const auto whole = Trace()
                         .reading("http://a/")
                         .go("u", "http://b/")
                         .add(schemas::ScrollDepth{"b", "u", 70})
                         .add(schemas::ScrollDepth{"b", "u", 40})
                         .add(schemas::Form{"b", "u", 2, 30, 1})
                         .add(schemas::Form{"b", "u", 1, 5, 0})
                         .add(schemas::PageLabel{"b", "u", "x"})
                         .add(schemas::PageLabel{"b", "u", "y"})
                         .add(vitals)
                         .add(schemas::LinkPressed{"b", "u", "http://c/", 3, 100})
                         .loginForm("u")
                         .run();
  const schemas::Visit& v = whole.visits.at(1);
  CHECK(v.scrollDepthPercent == 70);
  CHECK(v.form.fields == 3);
  CHECK(v.form.characters == 35);
  CHECK(v.form.autofilled == 1);
  CHECK(v.label == "y");
  CHECK(v.vitals->lcpMs == 1'200.5);
  CHECK_FALSE(v.vitals->inpMs);
  CHECK(v.linksPressed == 1);
  CHECK(v.loginForm);
  CHECK_FALSE(whole.visits.at(0).label);
}

TEST_CASE("hour, weekday and revisit are those of the local day") {
  // 1970-01-01 was a Thursday; 20:30 UTC is 06:30 on Friday in Brisbane.
  const auto at = [](const Trace& trace) {
    return trace.run({}, wallTime((20 * 60 + 30) * kMinute), UtcOffset(600)).visits;
  };
  const auto visits = at(Trace()
                             .reading("http://a/")
                             .at(17 * kHour)
                             .go("t", "http://a/#later")
                             .at(18 * kHour)
                             .go("t", "http://a/")
                             .go("t", "http://b/"));
  CHECK(visits.at(0).localHour == 6);
  CHECK(visits.at(0).weekday == 5);
  CHECK(visits.at(0).utcOffset == UtcOffset(600));
  CHECK_FALSE(visits.at(0).revisit);
  CHECK_FALSE(visits.at(1).revisit);  // 23:30, the same day
  CHECK(visits.at(2).revisit);
  CHECK(visits.at(2).weekday == 6);
  CHECK_FALSE(visits.at(3).revisit);
}

TEST_CASE("what an earlier run recorded makes a revisit, too") {
  monitor::TrackerSettings settings;
  settings.visitedBefore = [](std::string_view url, std::int32_t day) {
    return url == "http://a/" && day == 0;
  };
  const auto whole = Trace().reading("http://a/").go("u", "http://b/").run(settings);
  CHECK(whole.visits.at(0).revisit);
  CHECK_FALSE(whole.visits.at(1).revisit);
}

TEST_CASE("who uses the machine is who used it at the start of the visit") {
  const auto whole = Trace()
                         .reading("http://a/")
                         .add(schemas::Participant{"p1"})
                         .go("t", "http://b/")
                         .add(schemas::Participant{std::nullopt})
                         .go("t", "http://c/")
                         .run();
  CHECK_FALSE(whole.visits.at(0).participant);
  CHECK(whole.visits.at(1).participant == "p1");
  CHECK_FALSE(whole.visits.at(2).participant);
}

TEST_CASE("a clock that is set moves the visits that begin after it") {
  Tracker tracker({}, wallTime(1'000'000), UtcOffset(0));
  feed(tracker, Trace().reading("http://a/"));
  tracker.setClock(wallTime(5'000'000), UtcOffset(60));
  feed(tracker, Trace().at(100).go("t", "http://b/"));
  tracker.finish(monoTime(200));
  const auto ended = tracker.take().ended;
  CHECK(ended.at(0).end == wallTime(1'000'100));
  CHECK(ended.at(0).utcOffset == UtcOffset(0));
  CHECK(ended.at(1).start == wallTime(5'000'100));
  CHECK(ended.at(1).utcOffset == UtcOffset(60));
}

TEST_CASE("open visits show what has been followed so far") {
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace().reading("http://a/").input().go("u", "http://b/"));
  tracker.advance(monoTime(700));
  const auto open = tracker.openVisits();
  REQUIRE(open.size() == 2);
  CHECK(open[0].exit == Exit::kOpen);
  CHECK(open[0].attentionMs == 700);
  CHECK(open[0].attentionLast == wallTime(700));
  CHECK(open[0].end == wallTime(700));
  CHECK(open[1].attentionMs == 0);
  CHECK(tracker.take().sessions.at(0).activeMs == 700);
}

TEST_CASE("a click comes again when it is amended, and is final when its session is over") {
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace()
                    .reading("http://s/?q")
                    .input()
                    .serp("t", "q", {"http://a/"})
                    .open("u", "t")
                    .go("u", "http://a/")
                    .activate("u")
                    .at(1'000)
                    .close("u")
                    .at(2'000)
                    .activate("t"));
  auto out = tracker.take();
  REQUIRE(out.ended.size() == 1);
  CHECK_FALSE(out.ended[0].dwellMs);
  CHECK(out.finals.empty());
  tracker.advance(monoTime(2'001));
  out = tracker.take();
  REQUIRE(out.ended.size() == 1);
  CHECK(out.ended[0].id == 2);
  CHECK(out.ended[0].dwellMs == 2'000);
  CHECK(out.finals.empty());
  tracker.advance(monoTime(30 * kMinute - 1));
  CHECK(tracker.take().finals.empty());
  tracker.advance(monoTime(30 * kMinute));
  CHECK(tracker.take().finals == std::vector<std::int64_t>{2});
}

TEST_CASE("a visit that is neither a click nor a SERP is final when it ends") {
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace().reading("http://a/").at(10).close("t"));
  CHECK(tracker.take().finals == std::vector<std::int64_t>{1});
  CHECK(tracker.take().ended.empty());
}

TEST_CASE("time that goes back counts as standing still") {
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace().at(100).reading("http://a/").at(50).input().at(150));
  tracker.advance(monoTime(20));
  tracker.finish(monoTime(150));
  CHECK(tracker.losses().at("time_went_back") == 1);
  CHECK(tracker.take().ended.at(0).attentionMs == 50);
}

TEST_CASE("absurd numbers stay numbers") {
  constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  schemas::Input moved;
  moved.distancePx = kMost;
  moved.count = -5;
  feed(tracker, Trace()
                    .reading("http://a/")
                    .add(moved)
                    .add(moved)
                    .input(schemas::InputKind::kScroll, kMost)
                    .input(schemas::InputKind::kScroll, kMost)
                    .add(schemas::ScrollDepth{"b", "t", 400})
                    .add(schemas::Form{"b", "t", kMost, -1, kMost}));
  tracker.advance(MonoTime::max());
  tracker.handle({MonoTime::min(), schemas::Lock{}});
  tracker.finish(MonoTime::max());
  const auto visit = tracker.take().ended.at(0);
  CHECK(visit.input.mouseMoves == 0);
  CHECK(visit.input.mouseDistancePx == (std::int64_t{1} << 53) - 1);
  CHECK(visit.input.scrolls == (std::int64_t{1} << 53) - 1);
  CHECK(visit.scrollDepthPercent == 100);
  CHECK(visit.form.characters == 0);
  CHECK(tracker.losses().at("count_out_of_range") == 6);
  CHECK(tracker.losses().at("time_out_of_range") >= 1);
}

TEST_CASE("events of tabs and browsers that nobody announced are taken as they come") {
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace()
                    .focus("never seen")
                    .close("t")
                    .add(schemas::BrowserDisconnected{"unknown"})
                    .audible("x", true)
                    .seen("x", {1})
                    .open("x")
                    .go("x", "http://a/")
                    .activate("x", "never seen")
                    .at(10));
  tracker.finish(monoTime(10));
  CHECK(tracker.take().ended.at(0).audibleByInputAgeMs.back() == 10);
  CHECK(tracker.losses() == std::map<std::string, std::int64_t>{{"window_unknown", 1},
                                                                {"tab_unknown", 1},
                                                                {"browser_unknown", 1},
                                                                {"page_without_visit", 1},
                                                                {"tab_opened_twice", 1}});
}

TEST_CASE("a window is known once a tab was said to be in it, however that was said") {
  schemas::Navigation page;
  page.browser = "b";
  page.tab = "x";
  page.window = "by a page";
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace()
                    .focus({})
                    .open("t")
                    .focus("w")
                    .activate("t", "by activation")
                    .focus("by activation")
                    .add(page)
                    .focus("by a page")
                    .add(schemas::TabOpened{"b", "t", "by a second opening", {}, schemas::TabOpenedBy::kLink})
                    .focus("by a second opening")
                    .focus({}));
  CHECK(tracker.losses().empty());
  feed(tracker, Trace().in("c").focus("w").focus("").add(schemas::TabOpened{"c", "t", "", {}, {}}).focus(""));
  CHECK(tracker.losses().at("window_unknown") == 3);
}

TEST_CASE("how a tab was opened may be learnt after the tab: that is no loss, saying it again is") {
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace().open("x").open("x", {}, schemas::TabOpenedBy::kLink).go("x", "http://a/"));
  CHECK(tracker.losses().count("tab_opened_twice") == 0);
  feed(tracker, Trace().open("x", {}, schemas::TabOpenedBy::kLink));
  CHECK(tracker.losses().at("tab_opened_twice") == 1);
  tracker.finish(monoTime(10));
  CHECK(tracker.take().ended.at(0).tabOpenedBy == schemas::TabOpenedBy::kLink);
}

TEST_CASE("nothing counts after the end") {
  Tracker tracker({}, wallTime(0), UtcOffset(0));
  feed(tracker, Trace().reading("http://a/").at(5).add(schemas::End{}).at(10).go("t", "http://b/"));
  tracker.finish(monoTime(20));
  CHECK(tracker.take().ended.size() == 1);
  CHECK(tracker.losses().at("after_end") == 1);
}

TEST_CASE("ten thousand tabs and a URL of two megabytes are only many and long") {
  Trace trace;
  trace.focus("w").input();
  for (int i = 0; i < 10'000; ++i) {
    const std::string tab = std::to_string(i);
    trace.go(tab, "http://a/" + tab).visible(tab, true).activate(tab).after(1).input();
  }
  trace.go("0", "http://a/" + std::string(2'000'000, 'x')).after(1'000);
  const auto whole = trace.run();
  REQUIRE(whole.visits.size() == 10'001);
  std::int64_t attention = 0;
  for (const schemas::Visit& v : whole.visits) attention += v.attentionMs;
  CHECK(attention == 11'000);
  CHECK(whole.visits[0].visibleUnattendedMs == 9'999);
  CHECK(whole.visits.back().url.size() == 2'000'009);
}
