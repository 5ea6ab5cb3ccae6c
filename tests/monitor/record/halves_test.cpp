#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>

#include "monitor/record/recorder.h"
#include "monitor/tracker/tracker.h"
#include "tests/support/trace_generator.h"

using namespace dwell;
using namespace dwell::monitor;

namespace {

using Sums = std::map<std::string, HistogramSamples>;

/// Day, group and name of what a trace yields, with a batch where `cutAfter` says so.
template <class CutAfter>
Sums recorded(const tests::GeneratedTrace& trace, const CutAfter& cutAfter) {
  Settings settings;
  settings.pageGroups = {{"shop", {"https://*.co.uk/*"}}};
  TrackerSettings tracking;
  tracking.hook = trace.header.hook;
  const WallTime zero = trace.header.wallStart;
  Tracker tracker(tracking, zero, trace.header.utcOffset);
  Recorder recorder(settings, HashKey{}, zero, trace.header.utcOffset);
  Sums sums;
  const auto add = [&](MonoTime now, BatchEnd end) {
    TrackerOutput output = tracker.take();
    const Batch batch =
        recorder.batch(std::move(output), tracker.openVisits(), zero + now.time_since_epoch(), end);
    for (const auto& delta : batch.histograms) {
      // The only one that depends on what had been clicked by the time that its page was final.
      if (delta.name == "Search.TimeToFirstClick") continue;
      auto& sum = sums[std::to_string(delta.day) + "/" + delta.group + "/" + delta.name];
      REQUIRE(sum.merge({delta.buckets, delta.sum}));
    }
  };
  for (const schemas::Event& event : trace.events) {
    tracker.handle(event);
    recorder.handle(event);
    if (cutAfter()) add(event.time, BatchEnd::kGoesOn);
  }
  tracker.finish(trace.events.back().time);
  add(trace.events.back().time, BatchEnd::kFinished);
  return sums;
}

}  // namespace

TEST_CASE("merging the histograms of the parts of a recording equals recording the whole") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    const auto trace = tests::generateTrace(seed);
    std::mt19937 random(seed);
    REQUIRE(recorded(trace, [&] { return random() % 20 == 0; }) == recorded(trace, [] { return false; }));
  }
}

TEST_CASE("merging the histograms of two halves of random samples equals recording all, in every layout") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    std::mt19937 random(seed);
    for (const auto& info : schemas::histogramInfos()) {
      const auto& layout = schemas::histogramLayout(info.id);
      if (!layout) continue;
      INFO("seed " << seed << ", " << info.name);
      Histogram whole(layout), one(layout), other(layout);
      for (int i = 0; i < 10; ++i) {
        const auto value = static_cast<std::int64_t>(random() >> random() % 32);
        whole.add(value);
        (random() % 2 == 0 ? one : other).add(value);
      }
      HistogramSamples merged = one.total();
      REQUIRE(merged.merge(other.total()));
      REQUIRE(merged == whole.total());
    }
  }
}
