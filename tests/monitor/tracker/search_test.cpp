#include "monitor/tracker/search.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <vector>

#include "tests/support/trace_builder.h"

using namespace dwell;
using schemas::Transition;
using tests::Trace;

namespace {

const char* const kSerp = "https://search.example/?q=tea";
const char* const kFirst = "https://tea.example/";
const char* const kSecond = "https://cups.example/";
using Ids = std::vector<std::int64_t>;

/// Visit 1 is the SERP, from 0; results: kFirst, kSecond and a page of the engine.
Trace searched() {
  return Trace().reading(kSerp).input().serp("t", "tea", {kFirst, kSecond, "https://search.example/more"});
}

}  // namespace

TEST_CASE("a results page says what it shows") {
  const auto whole = searched().at(10).run();
  CHECK(whole.visits[0].resultsPage->engine == "e");
  CHECK(whole.visits[0].resultsPage->query == "tea");
  CHECK(whole.visits[0].resultsPage->results == 3);
  REQUIRE(whole.searches.size() == 1);
  CHECK(whole.searches[0].serpVisits == Ids{1});
  CHECK(whole.searches[0].session == 1);
  CHECK(whole.searches[0].results.at(1).rank == 2);
  CHECK(whole.searches[0].results.at(1).url == kSecond);
  CHECK_FALSE(whole.searches[0].results.at(1).clicked);
}

TEST_CASE("a click has the rank of the first result with its URL") {
  const auto whole = searched().at(1'000).input().go("t", std::string(kSecond) + "#x").at(2'000).run();
  const auto& click = *whole.visits[1].serp;
  CHECK(click.visit == 1);
  CHECK(click.engine == "e");
  CHECK(click.query == "tea");
  CHECK(click.rank == 2);
  CHECK(whole.searches[0].results.at(1).clicked == 2);
}

TEST_CASE("the URL asked for finds the result, too") {
  schemas::Navigation n;
  n.browser = "b";
  n.tab = "t";
  n.url = "https://www.tea.example/en";
  n.requestedUrl = kFirst;
  n.transition = Transition::kLink;
  CHECK(searched().input().add(n).run().visits[1].serp->rank == 1);
}

TEST_CASE("a link within the engine is a click only if it is a result") {
  const auto within = searched().input().go("t", "https://search.example/settings").run();
  CHECK_FALSE(within.visits[1].serp);
  CHECK(searched().input().go("t", "https://search.example/more").run().visits[1].serp->rank == 3);
  const auto away = searched().input().go("t", "https://ad.example/").run();
  REQUIRE(away.visits[1].serp);
  CHECK_FALSE(away.visits[1].serp->rank);
}

TEST_CASE("only links are clicks") {
  CHECK_FALSE(searched().input().go("t", kFirst, Transition::kFormSubmit).run().visits[1].serp);
  CHECK_FALSE(searched().input().type("t", kFirst).run().visits[1].serp);
}

TEST_CASE("a click through the engine's counter lands where it redirects to") {
  const auto whole = searched()
                         .at(1'000)
                         .input()
                         .go("t", "https://search.example/more")
                         .redirect("t", "https://elsewhere.example/")
                         .at(2'000)
                         .run();
  CHECK_FALSE(whole.visits[1].serp);
  CHECK(whole.visits[2].serp->rank == 3);
  CHECK(whole.searches[0].results.at(2).clicked == 3);
}

TEST_CASE("a page that was no click becomes one where its redirect leads") {
  const auto whole =
      searched().input().go("t", "https://search.example/out").redirect("t", kSecond).at(10).run();
  CHECK_FALSE(whole.visits[1].serp);
  CHECK(whole.visits[2].serp->rank == 2);
}

TEST_CASE("dwell runs from the first look at the result to the return") {
  const auto whole =
      searched().at(1'000).input().go("t", kFirst).at(6'000).input().back("t", kSerp).at(7'000).run();
  CHECK(whole.visits[1].dwellMs == 5'000);
  CHECK(whole.visits[1].quickBack);
  CHECK_FALSE(whole.visits[1].pogoStick);
  CHECK(whole.visits[2].resultsPage->query == "tea");
  CHECK(whole.searches.size() == 1);
  CHECK(whole.searches[0].serpVisits == Ids{1, 3});
}

TEST_CASE("thirty seconds are no quick back") {
  CHECK_FALSE(searched()
                  .at(0)
                  .go("t", kFirst)
                  .input()
                  .at(30'000)
                  .input()
                  .back("t", kSerp)
                  .after(1)
                  .run()
                  .visits[1]
                  .quickBack);
  CHECK(searched()
            .input()
            .go("t", kFirst)
            .at(29'999)
            .input()
            .back("t", kSerp)
            .after(1)
            .run()
            .visits[1]
            .quickBack);
}

TEST_CASE("a result opened behind is dwelt on from the moment it is looked at") {
  const auto whole = searched()
                         .open("u", "t")
                         .at(1'000)
                         .input()
                         .go("u", kFirst)
                         .at(5'000)
                         .input()
                         .activate("u")
                         .at(9'000)
                         .activate("t")
                         .at(10'000)
                         .run();
  CHECK(whole.visits[1].serp->rank == 1);
  CHECK(whole.visits[1].dwellMs == 4'000);
}

TEST_CASE("a glance of no time at all is no return") {
  const auto whole = searched()
                         .input()
                         .go("t", kFirst)
                         .at(1'000)
                         .input()
                         .back("t", kSerp)
                         .back("t", kFirst)
                         .at(2'000)
                         .input()
                         .run();
  CHECK_FALSE(whole.visits[1].dwellMs);
}

TEST_CASE("another result after a quick return is pogo-sticking") {
  auto trace =
      searched().at(1'000).input().go("t", kFirst).at(3'000).input().back("t", kSerp).at(4'000).input();
  CHECK(Trace(trace).go("t", kSecond).at(5'000).run().visits[1].pogoStick);
  CHECK_FALSE(Trace(trace).go("t", kFirst).at(5'000).run().visits[1].pogoStick);
  CHECK_FALSE(Trace(trace).go("t", kSecond, Transition::kFormSubmit).at(5'000).run().visits[1].pogoStick);
}

TEST_CASE("at one time, what comes first in the trace came first") {
  const auto opened = [](bool before) {
    auto trace =
        searched().open("u", "t").open("v", "t").input().go("u", kFirst).activate("u").at(1'000).input();
    if (before) trace.go("v", kSecond);
    trace.activate("t");
    if (!before) trace.go("v", kSecond);
    return trace.at(2'000).run().visits.at(1);
  };
  CHECK(opened(true).quickBack);
  CHECK_FALSE(opened(true).pogoStick);
  CHECK(opened(false).pogoStick);
}

TEST_CASE("what else happens at the time of a return does not put it later") {
  const auto whole = searched()
                         .open("u", "t")
                         .open("v", "t")
                         .input()
                         .go("u", kFirst)
                         .activate("u")
                         .at(1'000)
                         .input()
                         .activate("t")
                         .go("v", kSecond)
                         .visible("t", true)
                         .at(2'000)
                         .run();
  CHECK(whole.visits[1].pogoStick);
}

TEST_CASE("another result that redirects to the first page is no other one") {
  const auto whole = searched()
                         .at(1'000)
                         .input()
                         .go("t", kFirst)
                         .at(3'000)
                         .input()
                         .back("t", kSerp)
                         .at(4'000)
                         .input()
                         .go("t", kSecond)
                         .redirect("t", kFirst)
                         .at(5'000)
                         .run();
  CHECK(whole.visits[1].quickBack);
  CHECK_FALSE(whole.visits[1].pogoStick);
}

TEST_CASE("a click that had its return is judged anew where its page redirects to later") {
  const auto whole = searched()
                         .at(1'000)
                         .input()
                         .open("n", "t")
                         .go("n", kFirst)
                         .at(2'000)
                         .activate("n")
                         .at(5'000)
                         .activate("t")
                         .at(6'000)
                         .input()
                         .go("t", kSecond)
                         .at(7'000)
                         .redirect("n", "https://pots.example/")
                         .at(8'000)
                         .run();
  CHECK_FALSE(whole.visits[1].serp);
  CHECK_FALSE(whole.visits[1].dwellMs);
  CHECK_FALSE(whole.visits[1].quickBack);
  CHECK_FALSE(whole.visits[1].pogoStick);
  CHECK(whole.visits[3].serp->rank == 1);  // found earlier in the chain
  CHECK_FALSE(whole.visits[3].dwellMs);    // nobody looked at it
}

TEST_CASE("a return after the session is none") {
  const auto whole = searched()
                         .input()
                         .go("t", kFirst)
                         .at(1'000)
                         .focus(std::nullopt)
                         .at(30 * 60'000)
                         .focus("w")
                         .back("t", kSerp)
                         .after(10)
                         .run();
  CHECK_FALSE(whole.visits[1].dwellMs);
}

TEST_CASE("a click handed on to a page without a session has no return") {
  const auto whole = searched()
                         .input()
                         .open("u", "t")
                         .go("u", kFirst)
                         .at(30 * 60'000)
                         .redirect("u", kSecond)
                         .activate("u")
                         .after(10)
                         .activate("t")
                         .after(10)
                         .run();
  CHECK(whole.visits[2].serp);
  CHECK_FALSE(whole.visits[2].session);
  CHECK_FALSE(whole.visits[2].dwellMs);
}

TEST_CASE("results are seen by rank on the pages that had them") {
  const auto whole = searched()
                         .seen("t", {1})
                         .input()
                         .go("t", "https://search.example/?q=tea&page=2", Transition::kLink)
                         .serp("t", "tea", {kSecond})
                         .seen("t", {1})
                         .at(10)
                         .run();
  REQUIRE(whole.searches.size() == 1);
  const auto& rows = whole.searches[0].results;
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].seen);
  CHECK_FALSE(rows[1].seen);
  CHECK(rows[3].url == kSecond);
  CHECK(rows[3].rank == 1);
  CHECK(rows[3].seen);
}

TEST_CASE("ranks seen are remembered up to a limit; each beyond it is a loss, a rank seen again is none") {
  std::vector<std::int64_t> ranks(monitor::kRanksRemembered);
  std::iota(ranks.begin(), ranks.end(), 0);
  monitor::Tracker tracker({}, wallTime(0), UtcOffset(0));
  const Trace many = searched().seen("t", ranks).seen("t", {7});
  for (const auto& event : many.events()) tracker.handle(event);
  CHECK(tracker.losses().count("ranks_dropped") == 0);
  const Trace more = Trace().seen("t", {7, 900'000, 900'001});
  for (const auto& event : more.events()) tracker.handle(event);
  CHECK(tracker.losses().at("ranks_dropped") == 2);
}

TEST_CASE("a results page that loads new results has the last ones") {
  const auto whole = searched().seen("t", {2}).serp("t", "coffee", {kSecond, kFirst}).at(10).run();
  REQUIRE(whole.searches.size() == 1);
  CHECK(whole.searches[0].query == "coffee");
  CHECK(whole.searches[0].results.size() == 2);
  CHECK(whole.searches[0].results[1].seen);
  CHECK(whole.visits[0].resultsPage->query == "coffee");
}

TEST_CASE("a results page whose layout no rule knows is a search without results, and a loss") {
  monitor::Tracker tracker({}, wallTime(0), UtcOffset(0));
  schemas::Navigation n;
  n.browser = "b";
  n.tab = "t";
  n.url = kSerp;
  tracker.handle({monoTime(0), n});
  tracker.handle({monoTime(1), schemas::Serp{"b", "t", "e", "tea", {}, false}});
  CHECK(tracker.losses().at("serp_not_recognised") == 1);
  tracker.handle({monoTime(2), schemas::Serp{"b", "t", "e", "tea", {}, true}});
  CHECK(tracker.losses().at("serp_not_recognised") == 1);
}

TEST_CASE("a result without an address is nobody's click") {
  const auto whole =
      Trace().reading(kSerp).input().serp("t", "tea", {"", kFirst}).input().go("t", kSecond).run();
  CHECK_FALSE(whole.visits[1].serp->rank);
}

TEST_CASE("the same words in another session are another search") {
  const auto whole = searched()
                         .at(31 * 60'000)
                         .input()
                         .go("t", "https://search.example/?q=tea&again", Transition::kGenerated)
                         .serp("t", "tea", {kFirst})
                         .after(10)
                         .run();
  REQUIRE(whole.searches.size() == 2);
  CHECK(whole.searches[1].session == 2);
}

TEST_CASE("a results page of ten thousand results is followed") {
  std::vector<std::string> urls;
  for (int i = 0; i < 10'000; ++i) urls.push_back("https://r.example/" + std::to_string(i));
  const auto whole =
      Trace().reading(kSerp).input().serp("t", "tea", urls).input().go("t", urls.back()).at(10).run();
  CHECK(whole.visits[1].serp->rank == 10'000);
  CHECK(whole.searches[0].results.size() == 10'000);
  CHECK(whole.searches[0].results.back().clicked == 2);
}
