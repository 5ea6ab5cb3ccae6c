#include "monitor/source/present_state.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "monitor/tracker/tracker.h"
#include "tests/support/trace_generator.h"
#include "tests/support/whole_trace.h"

using namespace dwell;
using namespace dwell::schemas;
using monitor::PresentState;
using monitor::Tracker;

namespace {

Tracker trackerFor(const tests::GeneratedTrace& trace) {
  monitor::TrackerSettings settings;
  settings.hook = trace.header.hook;
  return Tracker(settings, trace.header.wallStart, trace.header.utcOffset);
}

std::vector<Visit> visitsOf(Tracker& finished) {
  tests::Results results;
  results.add(finished.take());
  return results.whole().visits;
}

std::int64_t attentionOf(const std::vector<Visit>& visits) {
  std::int64_t total = 0;
  for (const auto& visit : visits) total += visit.attentionMs;
  return total;
}

/// When visits are of the type resumed, by either tracker: whether they are hangs on what was before (a
/// redirect has the type of the visit that it ended).
std::set<WallTime> resumed(const std::vector<Visit>& one, const std::vector<Visit>& other) {
  std::set<WallTime> starts;
  for (const auto* visits : {&one, &other})
    for (const auto& visit : *visits)
      if (visit.accessType == AccessType::kResumed) starts.insert(visit.start);
  return starts;
}

/// What of the visits that began after `from` does not hang on what was before: the rows that a tracker that
/// was told what was there must give, too.
std::vector<std::string> begunAfter(const std::vector<Visit>& visits, WallTime from,
                                    const std::set<WallTime>& but) {
  std::vector<std::string> rows;
  for (const auto& visit : visits) {
    if (visit.start <= from || but.count(visit.start) > 0) continue;
    rows.push_back(visit.url + " " + std::to_string(toMs(visit.start)) + " " +
                   std::to_string(toMs(visit.end)) + " attention " + std::to_string(visit.attentionMs) +
                   " visible " + std::to_string(visit.visibleUnattendedMs) + " keys " +
                   std::to_string(visit.input.keys) + "+" + std::to_string(visit.input.browserKeys) +
                   " moves " + std::to_string(visit.input.mouseMoves) + " opened " +
                   std::to_string(static_cast<int>(visit.tabOpenedBy)) + " by " +
                   visit.participant.value_or("-"));
  }
  std::sort(rows.begin(), rows.end());
  return rows;
}

}  // namespace

TEST_CASE("a tracker that is told what is there measures what follows as one that saw it all") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    const auto trace = tests::generateTrace(seed);
    if (trace.events.size() < 3) continue;
    std::mt19937 random(seed);
    const std::size_t split = 1 + random() % (trace.events.size() - 1);
    INFO("seed " << seed << ", split before event " << split);
    const MonoTime at = trace.events[split].time;

    PresentState present;
    Tracker before = trackerFor(trace), whole = trackerFor(trace), later = trackerFor(trace);
    for (std::size_t i = 0; i < split; ++i) {
      present.handle(trace.events[i]);
      before.handle(trace.events[i]);
      whole.handle(trace.events[i]);
    }
    before.finish(at);
    for (const auto& body : present.events()) later.handle({at, body});
    for (std::size_t i = split; i < trace.events.size(); ++i) {
      whole.handle(trace.events[i]);
      later.handle(trace.events[i]);
    }
    whole.finish(trace.events.back().time);
    later.finish(trace.events.back().time);
    const auto expected = visitsOf(whole), measured = visitsOf(later);
    REQUIRE(attentionOf(measured) == attentionOf(expected) - attentionOf(visitsOf(before)));
    const WallTime from = trace.header.wallStart + at.time_since_epoch();
    const auto but = resumed(measured, expected);
    REQUIRE(begunAfter(measured, from, but) == begunAfter(expected, from, but));
  }
}

TEST_CASE("a password field has the keyboard only on the attended page, while the page has it") {
  PresentState present;
  const auto tell = [&present](EventBody body) { present.handle({monoTime(0), std::move(body)}); };
  Navigation page;
  page.browser = "b";
  page.tab = "1";
  page.window = "w";
  page.url = "https://bank.test/";
  tell(TabActivated{"b", "1", "w"});
  tell(WindowFocus{"b", "w"});
  tell(page);
  CHECK_FALSE(present.passwordHasKeyboard());
  tell(PasswordFocus{"b", "1", true});
  CHECK(present.passwordHasKeyboard());
  tell(PageFocus{"b", "1", false});
  CHECK_FALSE(present.passwordHasKeyboard());
  tell(PageFocus{"b", "1", true});
  tell(TabActivated{"b", "2", "w"});
  CHECK_FALSE(present.passwordHasKeyboard());
  tell(TabActivated{"b", "1", "w"});
  CHECK(present.passwordHasKeyboard());
  tell(WindowFocus{"b", std::nullopt});
  CHECK_FALSE(present.passwordHasKeyboard());
  tell(WindowFocus{"b", "w"});
  page.url = "https://bank.test/account";
  tell(page);
  CHECK_FALSE(present.passwordHasKeyboard());
}
