// What the tracker costs an event, on the mix of a heavy user.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "monitor/tracker/tracker.h"
#include "tests/bench/heavy_user.h"
#include "tests/bench/report.h"

namespace dwell::tests {
namespace {

/// Events between two takes: as many as come in some seconds of busy use, the agent's interval of writing.
constexpr std::size_t kEventsPerTake = 100;

struct Pass {
  double ns = 0;  ///< CPU, an event
  std::size_t visits = 0;
};

Pass track(const std::vector<schemas::Event>& events, std::size_t eventsPerTake) {
  const schemas::TraceHeader header = HeavyUser::header();
  Pass pass;
  const double before = cpuSeconds();
  monitor::Tracker tracker({}, header.wallStart, header.utcOffset);
  std::size_t sinceTake = 0;
  for (const schemas::Event& event : events) {
    tracker.handle(event);
    if (++sinceTake == eventsPerTake) {
      sinceTake = 0;
      pass.visits += tracker.take().finals.size();
    }
  }
  tracker.finish(events.back().time);
  pass.visits += tracker.take().finals.size();
  pass.ns = (cpuSeconds() - before) * 1e9 / static_cast<double>(events.size());
  return pass;
}

int bench(bool quick) {
  using Bound = Report::Bound;
  Report report(quick);
  HeavyUser user;
  std::vector<schemas::Event> events(quick ? 50'000 : 500'000);
  std::map<std::size_t, std::size_t> kinds;
  for (schemas::Event& event : events) {
    event = user.next();
    ++kinds[event.body.index()];
  }
  std::printf("%zu events of a heavy user, %.1f a visit, %zu of 1000 of them inputs\n", events.size(),
              static_cast<double>(events.size()) / static_cast<double>(user.visits()),
              kinds[0] * 1000 / events.size());
  std::vector<double> live, replay;
  for (int i = 0; i < (quick ? 2 : 9); ++i) {
    const Pass often = track(events, kEventsPerTake);
    const Pass seldom = track(events, 100 * kEventsPerTake);
    if (often.visits != seldom.visits)
      throw std::runtime_error("how often take() is called changed the visits");
    live.push_back(often.ns);
    replay.push_back(seldom.ns);
  }
  report.target("tracker: an event, take() after 100", median(live), "%.0f ns", Bound::kAtMost, 300);
  report.target("tracker: an event, take() after 10,000", median(replay), "%.0f ns", Bound::kAtMost, 300);
  return report.exitCode();
}

}  // namespace
}  // namespace dwell::tests

int main(int argc, char** argv) {
  CLI::App app("What the tracker costs an event, on the mix of a heavy user.");
  bool quick = false;
  std::string notUsed;
  app.add_flag("--quick", quick, "Seconds; nothing is judged");
  app.add_option("--scratch", notUsed, "Not used: this bench writes no files");
  app.add_option("--bin", notUsed, "Not used: this bench runs none of the programs");
  CLI11_PARSE(app, argc, argv);
  return dwell::tests::bench(quick);
}
