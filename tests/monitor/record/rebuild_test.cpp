#include "monitor/record/rebuild.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <tuple>

#include "monitor/record/recorder.h"

using namespace dwell;
using namespace dwell::monitor;
using schemas::Visit;

namespace {

using Key = std::tuple<std::int32_t, std::string, std::string>;

/// By day, group and name; only what can be rebuilt.
std::map<Key, HistogramSamples> added(const std::vector<schemas::ReportHistogram>& deltas) {
  std::map<Key, HistogramSamples> sums;
  for (const auto& delta : deltas) {
    const auto from = schemas::histogramInfo(*schemas::histogramFromName(delta.name)).from;
    if (from == schemas::HistogramSource::kEvent || from == schemas::HistogramSource::kProcess) continue;
    REQUIRE(sums[{delta.day, delta.group, delta.name}].merge({delta.buckets, delta.sum}));
  }
  return sums;
}

Visit randomVisit(std::int64_t id, std::mt19937& random) {
  const auto upTo = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint32_t>(most + 1));
  };
  Visit visit;
  visit.id = id;
  visit.url = "https://site" + std::to_string(upTo(3)) + ".test/page" + std::to_string(upTo(5)) +
              "?q=" + std::to_string(id);
  visit.accessType = static_cast<schemas::AccessType>(upTo(13));
  visit.start = wallTime(1'795'255'200'000 + id * 3'000'000);
  visit.end = visit.start + Millis(upTo(100'000));
  visit.exit = upTo(5) == 0 ? schemas::Exit::kRedirect : schemas::Exit::kClosed;
  visit.utcOffset = UtcOffset(600);
  for (auto* buckets :
       {&visit.attentionByInputAgeMs, &visit.audibleByInputAgeMs, &visit.attentionGaps.sumMs}) {
    for (auto& bucket : *buckets) bucket = upTo(2) == 0 ? upTo(5'000) : 0;
  }
  for (std::size_t i = 0; i < schemas::kAgeBuckets; ++i) {
    visit.attentionGaps.count[i] = visit.attentionGaps.sumMs[i] > 0 ? 1 + upTo(9) : 0;
  }
  visit.attentionMs = schemas::activeMs(visit.attentionByInputAgeMs, 1'000'000'000);
  if (visit.attentionMs > 0) visit.attentionFirst = visit.start + Millis(upTo(50));
  visit.visibleUnattendedMs = upTo(1) * upTo(9'000);
  visit.input = {upTo(90), upTo(9), upTo(9), upTo(99), upTo(9), upTo(50), upTo(2), upTo(999), 0};
  visit.scrollDepthPercent = static_cast<int>(upTo(100));
  visit.form = {upTo(2), upTo(1) * upTo(30), upTo(2)};
  visit.linksPressed = upTo(3);
  if (upTo(2) == 0) visit.vitals = schemas::Vitals{static_cast<double>(upTo(9'000)) / 8, {}, 0.125};
  if (upTo(2) == 0) visit.typedCharacters = upTo(30);
  if (upTo(2) == 0) visit.resultsPage = schemas::ResultsPage{"find", "words", 10};
  if (id > 1 && upTo(2) == 0) {
    visit.serp = schemas::SerpClick{1 + upTo(id - 2), "find", "words", {}};
    if (upTo(1) == 0) visit.serp->rank = upTo(120);
    if (upTo(1) == 0) visit.dwellMs = upTo(60'000);
    visit.quickBack = visit.dwellMs.value_or(60'000) < 30'000;
  }
  return visit;
}

}  // namespace

TEST_CASE("what is counted anew from a store's rows is what the recorder counted") {
  Settings settings;
  settings.exclude = {"https://site3.test/*"};
  settings.pageGroups = {{"first", {"https://site1.test/*", "*.test/page2"}}};
  Recorder recorder(settings, HashKey{}, wallTime(1'795'255'200'000), UtcOffset(600));
  std::mt19937 random(5);
  std::vector<schemas::ReportHistogram> counted;
  RowSamples rows(settings, UtcOffset(600));
  const auto keep = [&](const Batch& batch) {
    for (const auto& visit : batch.ended) rows.addKept(visit);
    for (const auto& session : batch.sessions) rows.add(session);
    for (const auto& trajectory : batch.trajectories) rows.addKept(trajectory);
    counted.insert(counted.end(), batch.histograms.begin(), batch.histograms.end());
  };

  constexpr std::int64_t kVisits = 400;
  TrackerOutput last;
  for (std::int64_t id = 1; id <= kVisits; ++id) {
    TrackerOutput output;
    output.ended = {randomVisit(id, random)};
    const WallTime start = output.ended[0].start;
    output.sessions = {{id, start, start + Millis(id * 1'000), id % 7, id * 10}};
    output.trajectories = {{id, "", "site1.test", start, start + Millis(5), "closed", {id}, 1, id * 20}};
    keep(recorder.batch(std::move(output), {}, start + Millis(2'000)));
    last.finals.push_back(id);
  }
  keep(recorder.batch(std::move(last), {}, wallTime(1'895'255'200'000), BatchEnd::kFinished));

  const auto rebuilt = added(rows.take());
  CHECK(rebuilt.size() > 100);  // several days, two groups
  CHECK(rebuilt == added(counted));
}

TEST_CASE("open visits and running trajectories are not counted when histograms are rebuilt") {
  Visit open;
  open.id = 1;
  open.url = "https://a.test/";
  open.attentionMs = 5'000;
  schemas::Trajectory running;
  running.id = 1;
  running.steps = {1};
  RowSamples rows({}, UtcOffset(0));
  rows.addKept(open);
  rows.addKept(running);
  CHECK(rows.take().empty());
}
