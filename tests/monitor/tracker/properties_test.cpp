#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "monitor/tracker/results.h"
#include "monitor/tracker/tracker.h"
#include "schemas/visit_codec.h"
#include "tests/support/trace_generator.h"

using namespace dwell;
using monitor::Tracker;

namespace {

// All of them in the build that is tested; with a debugger or sanitizers at hand, fewer do.
#ifdef NDEBUG
constexpr std::uint32_t kSeeds = 500;
#else
constexpr std::uint32_t kSeeds = 60;
#endif

Tracker trackerFor(const tests::GeneratedTrace& trace) {
  monitor::TrackerSettings settings;
  settings.hook = trace.header.hook;
  return Tracker(settings, trace.header.wallStart, trace.header.utcOffset);
}

std::string textOf(const monitor::WholeTrace& whole) {
  return schemas::replayDocument(whole.visits, whole.sessions, whole.trajectories, whole.searches, {},
                                 std::chrono::seconds(15))
      .dump(1);
}

/// Runs the trace; `between` may look at the tracker before each event.
monitor::WholeTrace run(const tests::GeneratedTrace& trace,
                        const std::function<void(Tracker&, monitor::Results&, MonoTime)>& between = {}) {
  Tracker tracker = trackerFor(trace);
  monitor::Results results;
  for (const schemas::Event& event : trace.events) {
    if (between) between(tracker, results, event.time);
    tracker.handle(event);
  }
  if (!trace.events.empty()) tracker.finish(trace.events.back().time);
  results.add(tracker.take());
  return results.whole();
}

std::int64_t sum(const schemas::AgeBuckets& buckets) {
  std::int64_t total = 0;
  for (const std::int64_t ms : buckets) total += ms;
  return total;
}

}  // namespace

TEST_CASE("it does not matter how often, when, or whether the host looks") {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    std::mt19937 random(seed);
    MonoTime before;
    const auto looking = [&](Tracker& tracker, monitor::Results& results, MonoTime next) {
      for (unsigned looks = random() % 4; looks > 0; --looks) {
        before += (next - before) / (1 + random() % 3);
        tracker.advance(before);
        if (random() % 3 == 0) results.add(tracker.take());
        if (random() % 3 == 0) tracker.openVisits();
      }
      before = next;
    };
    REQUIRE(textOf(run(trace, looking)) == textOf(run(trace)));
  }
}

TEST_CASE("attention of all visits together never exceeds the time that passed") {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    std::int64_t attention = 0;
    for (const schemas::Visit& v : run(trace).visits) {
      attention += v.attentionMs;
      REQUIRE(v.attentionMs + v.visibleUnattendedMs <= toMs(v.end - v.start));
      REQUIRE(sum(v.attentionByInputAgeMs) == v.attentionMs);
      REQUIRE(sum(v.attentionGaps.sumMs) + v.attentionGaps.censoredMs == v.attentionMs);
      REQUIRE(v.attentionGaps.censoredMs >= 0);
      for (std::size_t i = 0; i < schemas::kAgeBuckets; ++i) {
        REQUIRE(v.audibleByInputAgeMs[i] <= v.attentionByInputAgeMs[i]);
      }
      if (v.dwellMs) REQUIRE(v.serp);
      if (v.pogoStick) REQUIRE(v.quickBack);
      if (v.attentionFirst) REQUIRE((*v.attentionFirst >= v.start && *v.attentionLast <= v.end));
    }
    REQUIRE(attention <= toMs(trace.events.back().time - trace.events.front().time));
  }
}

TEST_CASE("a visit becomes final once and does not change after that") {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    Tracker tracker = trackerFor(trace);
    std::set<std::int64_t> ended, final;
    const auto check = [&] {
      const monitor::TrackerOutput out = tracker.take();
      for (const schemas::Visit& v : out.ended) {
        REQUIRE(final.count(v.id) == 0);
        ended.insert(v.id);
      }
      for (const std::int64_t id : out.finals) {
        REQUIRE(ended.count(id) == 1);
        REQUIRE(final.insert(id).second);
      }
    };
    for (const schemas::Event& event : trace.events) {
      tracker.handle(event);
      check();
    }
    tracker.finish(trace.events.back().time);
    check();
    REQUIRE(final == ended);
  }
}

TEST_CASE("names of browsers, tabs and windows mean nothing") {
  const auto renamed = [](const std::string& name) { return "x" + std::string(name.rbegin(), name.rend()); };
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    auto trace = tests::generateTrace(seed);
    auto expected = run(trace);
    for (schemas::Visit& v : expected.visits) v.browser = renamed(v.browser);
    for (schemas::Event& event : trace.events) {
      std::visit(
          [&](auto& body) {
            if constexpr (requires { body.browser; }) body.browser = renamed(body.browser);
            if constexpr (requires { body.tab; }) body.tab = renamed(body.tab);
            if constexpr (requires { body.opener; }) {
              if (body.opener) body.opener = renamed(*body.opener);
            }
            if constexpr (std::is_same_v<std::decay_t<decltype(body)>, schemas::WindowFocus>) {
              if (body.window) body.window = renamed(*body.window);
            } else if constexpr (requires { body.window; }) {
              body.window = renamed(body.window);
            }
          },
          event.body);
    }
    REQUIRE(textOf(run(trace)) == textOf(expected));
  }
}

TEST_CASE("nobody learns how long a password is") {
  for (std::uint32_t seed = 1; seed <= kSeeds; ++seed) {
    INFO("seed " << seed);
    const auto made = tests::generateTrace(seed);
    // The same trace with a log-in at its end, in a page that is looked at.
    const auto withPassword = [&](std::int64_t characters) {
      auto trace = made;
      trace.events.erase(
          std::remove_if(trace.events.begin(), trace.events.end(),
                         [](const auto& e) { return std::holds_alternative<schemas::End>(e.body); }),
          trace.events.end());
      const MonoTime t = trace.events.back().time + Millis(10);
      schemas::Navigation page;
      page.browser = "p";
      page.tab = "p";
      page.window = "p";
      page.url = "https://app.example/login";
      schemas::Input key;
      key.kind = schemas::InputKind::kKey;
      key.keyClass = schemas::KeyClass::kCharacter;
      key.count = characters;
      key.synthetic = true;
      trace.events.push_back({t, schemas::Unlock{}});
      trace.events.push_back({t, schemas::Resume{}});
      trace.events.push_back({t, schemas::WindowFocus{"p", "p"}});
      trace.events.push_back({t, schemas::TabActivated{"p", "p", "p"}});
      trace.events.push_back({t, page});
      trace.events.push_back({t, schemas::PasswordFocus{"p", "p", true}});
      trace.events.push_back({t + Millis(100), key});
      trace.events.push_back({t + Millis(200), schemas::LoginSubmitted{"p", "p"}});
      return textOf(run(trace));
    };
    REQUIRE(withPassword(4) == withPassword(23));
  }
}
