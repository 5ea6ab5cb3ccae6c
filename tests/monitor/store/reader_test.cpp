#include "monitor/store/reader.h"

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::Batch;
using monitor::Reader;
using monitor::Store;

TEST_CASE("without a store the reader says so") {
  const TempDir dir;
  CHECK(Reader::open(dir.path() / "store.sqlite").error().what == "Dwell's store does not exist");
}

TEST_CASE("visits are found by time and part of the URL, the newest first when limited") {
  const TempDir dir;
  Store store = Store::open(dir.path() / "store.sqlite").value();
  const Reader reader = Reader::open(dir.path() / "store.sqlite").value();
  Batch batch = batchAt(kMorning);
  batch.ended = {closedVisit(1, "https://shop.example/A"), closedVisit(2, "https://shop.example/b"),
                 closedVisit(3, "https://shop.example/a%2f_")};
  store.write(batch);
  const auto ids = [&](const monitor::VisitQuery& query) {
    std::vector<std::int64_t> found;
    for (const auto& visit : reader.visits(query)) found.push_back(visit.id);
    return found;
  };
  using Ids = std::vector<std::int64_t>;
  CHECK(ids({}) == Ids{1, 2, 3});
  CHECK(ids({kMorning + std::chrono::minutes(2), "", 0}) == Ids{2, 3});
  CHECK(ids({{}, "/a", 0}) == Ids{1, 3});
  CHECK(ids({{}, "%2F_", 0}) == Ids{3});
  CHECK(ids({{}, "", 2}) == Ids{2, 3});
}

TEST_CASE("the change counter moves with what others write, and only then") {
  const TempDir dir;
  Store store = Store::open(dir.path() / "store.sqlite").value();
  const Reader reader = Reader::open(dir.path() / "store.sqlite").value();
  const auto before = reader.changeCounter();
  CHECK(reader.changeCounter() == before);
  Batch batch = batchAt(kMorning);
  batch.ended = {closedVisit(1)};
  store.write(batch);
  CHECK(reader.changeCounter() != before);
}

TEST_CASE("a reader sees whole transactions only while the agent writes") {
  const TempDir dir;
  Store store = Store::open(dir.path() / "store.sqlite").value();
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0, reads = 0;
  std::thread reading([&] {
    const Reader reader = Reader::open(dir.path() / "store.sqlite").value();
    while (!done || reads == 0) {
      const auto histograms = reader.histograms();
      // Every batch adds the same to both buckets and their sum to the sum.
      if (!histograms.empty() && (histograms[0].buckets.size() != 2 ||
                                  histograms[0].buckets[0].count != histograms[0].buckets[1].count ||
                                  histograms[0].sum != 2 * histograms[0].buckets[0].count)) {
        ++torn;
      }
      ++reads;
    }
  });
  for (std::int64_t id = 1; id <= 200; ++id) {
    Batch batch = batchAt(kMorning);
    batch.ended = {closedVisit(id)};
    batch.histograms = {samples("Engagement.ActiveTime", 2)};
    batch.histograms[0].buckets = {{1, 2, 1}, {2, 4, 1}};
    store.write(batch);
  }
  done = true;
  reading.join();
  CHECK(torn == 0);
  CHECK(reads > 0);
}
