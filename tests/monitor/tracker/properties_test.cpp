#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "monitor/tracker/tracker.h"
#include "schemas/visit_codec.h"
#include "tests/support/trace_generator.h"
#include "tests/support/whole_trace.h"

using namespace dwell;
using monitor::Tracker;

namespace {

Tracker trackerFor(const tests::GeneratedTrace& trace) {
  monitor::TrackerSettings settings;
  settings.hook = trace.header.hook;
  return Tracker(settings, trace.header.wallStart, trace.header.utcOffset);
}

std::string textOf(const tests::WholeTrace& whole) { return tests::documentOf(whole).dump(); }

void requireSame(const tests::WholeTrace& one, const tests::WholeTrace& other) {
  const std::string a = textOf(one), b = textOf(other);
  if (a == b) return;
  FAIL(nlohmann::json::diff(nlohmann::json::parse(a), nlohmann::json::parse(b)).dump(1));
}

/// Runs the trace; `between` may look at the tracker before each event.
tests::WholeTrace run(const tests::GeneratedTrace& trace,
                      const std::function<void(Tracker&, tests::Results&, MonoTime)>& between = {}) {
  Tracker tracker = trackerFor(trace);
  tests::Results results;
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
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    std::mt19937 random(seed);
    MonoTime before;
    const auto looking = [&](Tracker& tracker, tests::Results& results, MonoTime next) {
      for (unsigned looks = random() % 4; looks > 0; --looks) {
        before += (next - before) / (1 + static_cast<std::int64_t>(random() % 3));
        tracker.advance(before);
        if (random() % 3 == 0) results.add(tracker.take());
        if (random() % 3 == 0) tracker.openVisits();
      }
      before = next;
    };
    requireSame(run(trace, looking), run(trace));
  }
}

TEST_CASE("attention of all visits together never exceeds the time that passed") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
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

TEST_CASE("between two moments one visit at most gains attention, and no more than the time between") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    Tracker tracker = trackerFor(trace);
    std::map<std::int64_t, std::int64_t> attention;
    MonoTime before;
    for (const schemas::Event& event : trace.events) {
      tracker.advance(event.time);
      int gained = 0;
      for (const schemas::Visit& v : tracker.openVisits()) {
        const std::int64_t gain = v.attentionMs - std::exchange(attention[v.id], v.attentionMs);
        if (gain == 0) continue;
        ++gained;
        REQUIRE((gain > 0 && gain <= toMs(event.time - before)));
      }
      REQUIRE(gained <= 1);
      before = event.time;
      tracker.handle(event);
    }
  }
}

TEST_CASE("a visit becomes final once and does not change after that") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
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
  // The other way round in order, too: b1 before b2 becomes i-b1 after h-b2.
  const auto renamed = [](const std::string& name) {
    return static_cast<char>('a' + ('9' - name.back())) + ("-" + name);
  };
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
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
    requireSame(run(trace), expected);
  }
}

TEST_CASE("a locked or suspended stretch adds nothing, whatever happens in it") {
  // What a page was given, over all its visits: a stretch away may divide a visit in two (resumed).
  using Given = std::array<std::int64_t, 10>;
  const auto perPage = [](const tests::GeneratedTrace& trace) {
    std::map<std::string, Given> pages;
    for (const schemas::Visit& v : run(trace).visits) {
      Given& given = pages[v.url];
      const Given of = {v.attentionMs,   v.visibleUnattendedMs,   sum(v.audibleByInputAgeMs),
                        v.input.keys,    v.input.browserKeys,     v.input.mouseDowns,
                        v.input.scrolls, v.input.mouseDistancePx, v.input.synthetic,
                        v.input.touches};
      for (std::size_t i = 0; i < of.size(); ++i) given[i] += of[i];
    }
    return pages;
  };
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    std::mt19937 random(seed);
    const auto place = static_cast<std::ptrdiff_t>(random() % trace.events.size());
    bool locked = false, suspended = false;
    for (std::ptrdiff_t i = 0; i < place; ++i) {
      const auto& body = trace.events[static_cast<std::size_t>(i)].body;
      if (std::holds_alternative<schemas::Lock>(body)) locked = true;
      if (std::holds_alternative<schemas::Unlock>(body)) locked = false;
      if (std::holds_alternative<schemas::Suspend>(body)) suspended = true;
      if (std::holds_alternative<schemas::Resume>(body)) suspended = false;
    }
    if (locked && suspended) continue;  // the stretch would end another
    auto away = trace;
    const MonoTime from = trace.events[static_cast<std::size_t>(place)].time;
    const Millis length(random() % 4'000'000);
    for (auto event = away.events.begin() + place; event != away.events.end(); ++event) event->time += length;
    std::vector<schemas::Event> stretch;
    const auto add = [&](MonoTime time, schemas::EventBody body) {
      stretch.push_back({time, std::move(body)});
    };
    const bool byLock = !locked;
    byLock ? add(from, schemas::Lock{}) : add(from, schemas::Suspend{});
    for (int inputs = 0; inputs < 5; ++inputs) {
      schemas::Input input;
      input.kind = static_cast<schemas::InputKind>(random() % 6);
      input.count = 3;
      input.synthetic = inputs % 2 == 0;
      add(from + length * (inputs + 1) / 6, input);
    }
    byLock ? add(from + length, schemas::Unlock{}) : add(from + length, schemas::Resume{});
    away.events.insert(away.events.begin() + place, stretch.begin(), stretch.end());
    REQUIRE(perPage(away) == perPage(trace));
  }
}

namespace {

/// When the keys of a password are pressed, in ms after the first.
using Rhythm = std::vector<std::int64_t>;

/// The trace with a log-in between its events `place` and the next: a page in a window of its own, a
/// password, Enter, the next page. What follows is `kLogInTakes` later.
constexpr Millis kLogInTakes{30'000};
tests::GeneratedTrace withLogIn(tests::GeneratedTrace trace, std::ptrdiff_t place, const Rhythm& rhythm,
                                std::mt19937& random) {
  const MonoTime t = trace.events[static_cast<std::size_t>(place)].time;
  for (auto event = trace.events.begin() + place; event != trace.events.end(); ++event)
    event->time += kLogInTakes;
  std::vector<schemas::Event> events;
  const auto add = [&](std::int64_t ms, schemas::EventBody body) {
    events.push_back({t + Millis(ms), std::move(body)});
  };
  const auto key = [&](std::int64_t ms, schemas::KeyClass keyClass, std::int64_t count) {
    schemas::Input input;
    input.kind = schemas::InputKind::kKey;
    input.keyClass = keyClass;
    input.count = count;
    input.synthetic = ms > 300 && random() % 4 == 0;  // a password manager's
    add(ms, input);
  };
  schemas::Navigation page;
  page.browser = page.tab = page.window = "p";
  page.url = "https://app.example/login";
  add(0, schemas::Unlock{});
  add(0, schemas::Resume{});
  add(0, schemas::WindowFocus{"p", "p"});
  add(0, schemas::TabActivated{"p", "p", "p"});
  add(0, page);
  add(0, schemas::LoginForm{"p", "p"});
  key(50, schemas::KeyClass::kCharacter, 6);  // the name
  key(300, schemas::KeyClass::kTab, 1);
  add(310, schemas::PasswordFocus{"p", "p", true});
  for (const std::int64_t ms : rhythm) {
    const bool corrected = random() % 5 == 0;
    key(400 + ms, corrected ? schemas::KeyClass::kDeletion : schemas::KeyClass::kCharacter,
        1 + static_cast<std::int64_t>(random() % 3));
  }
  add(400 + rhythm.back(), schemas::LoginSubmitted{"p", "p"});
  page.url = "https://app.example/home";
  page.transition = schemas::Transition::kFormSubmit;
  add(20'000, page);
  add(29'000, schemas::Input{});
  trace.events.insert(trace.events.begin() + place, events.begin(), events.end());
  return trace;
}

/// `keys` presses, the first at 0, the last at `last`, with less than `pause` between two.
Rhythm rhythm(std::int64_t keys, std::int64_t last, std::int64_t pause, std::mt19937& random) {
  Rhythm times = {0, last};
  for (std::int64_t t = pause - 1; t < last; t += pause - 1) times.push_back(t);
  while (static_cast<std::int64_t>(times.size()) < keys)
    times.push_back(static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(last)));
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace

TEST_CASE("two log-ins that differ only in the length of the password give the same visits") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto made = tests::generateTrace(seed);
    std::mt19937 random(seed);
    const auto place = static_cast<std::ptrdiff_t>(random() % made.events.size());
    // The keys come as keys do: less than a second, the lowest edge of input age, after one another.
    const std::int64_t last = 1'000 + static_cast<std::int64_t>(random() % 9'000);
    const auto of = [&](std::int64_t keys) {
      return withLogIn(made, place, rhythm(keys, last, 1'000, random), random);
    };
    requireSame(run(of(4)), run(of(40)));
  }
}

TEST_CASE("pauses within a password tell their length, as everywhere, and not the number of keys") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto made = tests::generateTrace(seed);
    std::mt19937 random(seed);
    const auto place = static_cast<std::ptrdiff_t>(random() % made.events.size());
    const auto of = [&](std::int64_t keys) {
      auto whole = run(withLogIn(made, place, rhythm(keys, 15'000, 20'000, random), random));
      for (schemas::Visit& v : whole.visits) v.attentionByInputAgeMs = {};
      for (schemas::Session& s : whole.sessions) s.activeMs = 0;
      for (schemas::Trajectory& t : whole.trajectories) t.activeMs = 0;
      return whole;
    };
    requireSame(of(2), of(12));
  }
}
