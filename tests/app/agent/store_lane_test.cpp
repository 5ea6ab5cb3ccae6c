#include "app/agent/store_lane.h"

#include <catch2/catch.hpp>

#include <SQLiteCpp/Database.h>

#include "tests/support/faulty_vfs.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using app::StoreLane;

namespace {

struct Fixture {
  TempDir dir;
  FaultyVfs disk;
  std::string trouble;

  std::filesystem::path file() const { return dir.path() / "store.sqlite"; }
  std::unique_ptr<StoreLane> open(std::size_t mostWaiting = StoreLane::kMostWaiting) {
    auto lane = std::make_unique<StoreLane>(
        [this](const StoreLane::Written& outcome) { trouble = outcome.trouble; }, mostWaiting);
    Paths paths;
    paths.dataDir = dir.path();
    REQUIRE(lane->open(paths, {{}, UtcOffset(0), kMorning}));
    return lane;
  }
  static monitor::Batch visits(std::int64_t first, std::int64_t last) {
    monitor::Batch batch = batchAt(kMorning);
    for (std::int64_t id = first; id <= last; ++id) batch.ended.push_back(closedVisit(id));
    batch.histograms = {samples("Engagement.ActiveTime", last - first + 1)};
    return batch;
  }
  monitor::Reader reader() { return monitor::Reader::open(file()).value(); }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "what a full disk does not take is written when there is room again") {
  const auto lane = open();
  REQUIRE(lane->writeNow(visits(1, 1)));
  disk.fullAfter(0);
  CHECK_FALSE(lane->writeNow(visits(2, 2)));
  CHECK(trouble.find("full") != std::string::npos);
  CHECK_FALSE(lane->writeNow(visits(3, 4)));
  disk.fullAfter(-1);
  lane->writeAgain();
  REQUIRE(lane->writeNow(batchAt(kMorning)));
  CHECK(trouble.empty());
  CHECK(reader().visits().size() == 4);
  CHECK(reader().histograms().at(0).sum == 4);
  CHECK(reader().losses().empty());
}

TEST_CASE_METHOD(Fixture,
                 "recording that begins anew on a full disk uses no number twice, and ends no visit twice") {
  const auto lane = open();
  monitor::Batch begun = batchAt(kMorning);
  begun.open = {openVisit(1)};
  REQUIRE(lane->writeNow(begun));
  disk.fullAfter(0);
  CHECK_FALSE(lane->writeNow(visits(1, 3)));  // a pause
  const auto found = lane->beginning();
  CHECK(found.numbers.visit == 4);
  CHECK(found.leftOpen.visits.empty());
  disk.fullAfter(-1);
  CHECK(lane->beginning().numbers.visit == 4);
  CHECK(reader().visits().size() == 3);
}

TEST_CASE_METHOD(Fixture,
                 "memory is bounded: beyond it the oldest visits go and are counted, their samples stay") {
  const auto lane = open(/*mostWaiting=*/5);
  disk.fullAfter(0);
  for (std::int64_t id = 1; id <= 40; ++id) CHECK_FALSE(lane->writeNow(visits(id, id)));
  disk.fullAfter(-1);
  REQUIRE(lane->writeNow(batchAt(kMorning)));
  const auto kept = reader().visits();
  REQUIRE(kept.size() == 5);
  CHECK(kept.front().id == 36);
  CHECK(reader().histograms().at(0).sum == 40);
  REQUIRE(reader().losses().size() == 1);
  CHECK(reader().losses()[0].cause == "store.not_written");
  CHECK(reader().losses()[0].count == 35);
}

TEST_CASE_METHOD(Fixture,
                 "what the store refuses for good is counted, and keeps nothing else from being written") {
  const auto lane = open();
  monitor::Batch wrong = visits(1, 1);
  wrong.ended[0].attentionMs = -1;
  CHECK_FALSE(lane->writeNow(wrong));
  REQUIRE(lane->writeNow(visits(2, 2)));
  REQUIRE(reader().visits().size() == 1);
  REQUIRE(reader().losses().size() == 1);
  CHECK(reader().losses()[0].cause == "store.refused");
  CHECK(reader().losses()[0].count == 2);  // the visit and its histogram
}

TEST_CASE_METHOD(Fixture, "what is told beside the batches is kept through a full disk, too") {
  const auto lane = open();
  disk.fullAfter(0);
  lane->noteBrowser("Chromium", "156", kMorning);
  CHECK_FALSE(lane->writeNow(visits(1, 1)));
  disk.fullAfter(-1);
  REQUIRE(lane->writeNow(visits(2, 2)));
  SQLite::Database database(file().string());
  CHECK(database.execAndGet("SELECT count(*) FROM browser").getInt64() == 1);
}

TEST_CASE_METHOD(Fixture, "while the store can't be read, what is asked has an answer that does no harm") {
  const auto lane = open();
  disk.plan({DiskFault::Kind::kError, 1, 1'000'000});
  CHECK_FALSE(lane->enrolled());
  CHECK_FALSE(lane->nextUploadAttempt());
  CHECK(lane->newUploadAttempts().empty());
  CHECK_THROWS_AS(lane->beginning(), SQLite::Exception);
  disk.plan({});
  CHECK(lane->beginning().numbers.visit == 1);
}

TEST_CASE_METHOD(Fixture,
                 "a pause that a full disk does not take is in force for later, and the lane goes on") {
  const auto lane = open();
  disk.fullAfter(0);
  lane->notePause(StoreLane::Pause{});
  disk.fullAfter(-1);
  REQUIRE(lane->writeNow(batchAt(kMorning)));
  REQUIRE(lane->pause());
  CHECK_FALSE(lane->pause()->until);
}

TEST_CASE_METHOD(Fixture, "an erasure is refused while something waits that would come after it") {
  const auto lane = open();
  REQUIRE(lane->writeNow(visits(1, 1)));
  disk.fullAfter(0);
  CHECK_FALSE(lane->writeNow(visits(2, 2)));
  const monitor::Erasure all;
  const monitor::ErasureFrame frame{{}, UtcOffset(0), kMorning};
  const auto refused = lane->erase(all, frame);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message().find("can't be written now") != std::string::npos);
  disk.fullAfter(-1);
  const auto erased = lane->erase(all, frame);
  REQUIRE(erased);
  CHECK(erased->visits == 2);
  REQUIRE(lane->writeNow(batchAt(kMorning)));
  CHECK(reader().visits().empty());
}
