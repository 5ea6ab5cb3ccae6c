#include "monitor/record/batch.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "monitor/record/recorder.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "monitor/tracker/tracker.h"
#include "schemas/visit_codec.h"
#include "tests/support/temp_dir.h"
#include "tests/support/trace_generator.h"

using namespace dwell;
using namespace dwell::monitor;

namespace {

/// The batches of a trace, one a minute at most.
std::vector<Batch> batchesOf(const tests::GeneratedTrace& trace, Level level) {
  Settings settings;
  settings.level = level;
  settings.urlDetail = UrlDetail::kFull;
  Tracker tracker({}, trace.header.wallStart, trace.header.utcOffset);
  Recorder recorder(settings, HashKey{}, trace.header.wallStart, trace.header.utcOffset);
  std::vector<Batch> batches;
  const auto add = [&](MonoTime now, BatchEnd end) {
    auto output = tracker.take();
    batches.push_back(recorder.batch(std::move(output), tracker.openVisits(),
                                     trace.header.wallStart + now.time_since_epoch(), end));
  };
  MonoTime last;
  for (const auto& event : trace.events) {
    if (event.time - last >= std::chrono::minutes(1)) {
      tracker.advance(event.time);
      add(event.time, BatchEnd::kGoesOn);
      last = event.time;
    }
    tracker.handle(event);
    recorder.handle(event);
  }
  tracker.finish(trace.events.back().time);
  add(trace.events.back().time, BatchEnd::kFinished);
  return batches;
}

/// All that can be read of it, and what it would do when opened anew.
nlohmann::ordered_json content(const std::filesystem::path& file) {
  nlohmann::ordered_json all;
  const Reader reader = Reader::open(file).value();
  for (auto visit : reader.visits()) {
    // An open visit of which only the length has grown is not written again.
    if (visit.exit == schemas::Exit::kOpen) visit.end = visit.start;
    all["visits"].push_back(schemas::toJson(visit, Millis(15'000)));
  }
  for (const auto& session : reader.sessions())
    all["sessions"].push_back({session.id, toMs(session.start), toMs(session.end)});
  for (const auto& trajectory : reader.trajectories())
    all["trajectories"].push_back({trajectory.id, trajectory.steps, trajectory.endReason});
  for (const auto& search : reader.searches())
    all["searches"].push_back({search.id, search.serpVisits, search.results.size()});
  for (const auto& counts : reader.histograms()) {
    for (const auto& bucket : counts.buckets)
      all["counts"].push_back({counts.name, counts.sum, bucket.low, bucket.count});
  }
  for (const auto& day : reader.coverage())
    all["coverage"].push_back({day.day, day.attentionInScopeMs, day.attentionOutOfScopeMs});
  for (const auto& loss : reader.losses()) all["losses"].push_back({loss.cause, loss.count});
  const Store store = Store::open(file).value();
  const auto left = store.leftOpen();
  const auto next = store.nextNumbers();
  // At the level histograms only a checkpoint names one, and a checkpoint that was never written names none.
  const auto trajectory = reader.trajectories().empty() ? 0 : next.trajectory;
  all["next"] = {next.visit, next.session, trajectory, next.search};
  all["left"] = {left.visits.size(), left.trajectories.size(), left.unsampled.visits.size(),
                 left.unsampled.sessions.size(), left.unsampled.trajectories.size()};
  return all;
}

}  // namespace

TEST_CASE("to write batches as one is to write them one after the other") {
  const std::uint32_t seeds = std::min(tests::seeds(), 40u);
  for (std::uint32_t seed = 1; seed <= seeds; ++seed) {
    INFO("seed " << seed);
    std::mt19937 random(seed);
    const auto batches =
        batchesOf(tests::generateTrace(seed), seed % 4 == 0 ? Level::kHistograms : Level::kVisits);
    const std::size_t until = 1 + random() % batches.size();
    tests::TempDir dir;
    auto each = Store::open(dir.path() / "each.sqlite").value();
    auto joined = Store::open(dir.path() / "joined.sqlite").value();
    std::optional<Batch> waiting;
    for (std::size_t i = 0; i < until; ++i) {
      each.write(batches[i]);
      if (waiting)
        join(*waiting, batches[i]);
      else
        waiting = batches[i];
      if (random() % 4 != 0 && i + 1 < until) continue;  // the disk is full
      CHECK(joined.nextNumbersAfter(*waiting).visit == each.nextNumbers().visit);
      joined.write(*waiting);
      waiting.reset();
    }
    REQUIRE(content(dir.path() / "joined.sqlite") == content(dir.path() / "each.sqlite"));
  }
}
