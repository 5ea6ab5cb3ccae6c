#include <SQLiteCpp/Database.h>

#include <catch2/catch.hpp>
#include <limits>
#include <map>
#include <random>

#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::Batch;
using monitor::Reader;
using monitor::Store;
using schemas::Visit;

namespace {

/// url → access type → visits and buckets.
using Sums =
    std::map<std::string, std::pair<schemas::AgeBuckets, std::map<schemas::AccessType, std::int64_t>>>;

/// By adding the visits up.
Sums fromVisits(const Reader& reader, const monitor::DayRange& days) {
  Sums sums;
  reader.eachVisit({}, [&](Visit&& visit) {
    const auto day = localDay(visit.start, visit.utcOffset);
    if ((days.first && day < *days.first) || (days.last && day > *days.last)) return;
    auto& [buckets, types] = sums[visit.url];
    for (std::size_t i = 0; i < buckets.size(); ++i) buckets[i] += visit.attentionByInputAgeMs[i];
    ++types[visit.accessType];
  });
  return sums;
}

Sums fromSums(const Reader& reader, const monitor::DayRange& days) {
  Sums sums;
  std::int64_t before = std::numeric_limits<std::int64_t>::max();
  for (const auto& page : reader.pages(days)) {
    auto& [buckets, types] = sums[page.url];
    buckets = page.attentionByInputAgeMs;
    std::int64_t visits = 0;
    for (const auto& by : page.accessTypes) visits += types[by.type] = by.visits;
    CHECK(visits == page.visits);
    const std::int64_t attention = schemas::activeMs(buckets, std::numeric_limits<std::int64_t>::max());
    CHECK(attention <= before);
    before = attention;
  }
  return sums;
}

/// A visit as some flush may have it: any of a few URLs, types, days and offsets.
Visit someVisit(std::mt19937_64& random, std::int64_t id) {
  Visit visit = closedVisit(id, "https://shop.example/" + std::to_string(random() % 6));
  visit.start = kMorning + std::chrono::hours(random() % 100);
  visit.utcOffset = UtcOffset(static_cast<std::int32_t>(random() % 3) * 300 - 300);
  visit.end = visit.start + Millis(static_cast<std::int64_t>(random() % 100'000));
  visit.accessType = random() % 2 == 0 ? schemas::AccessType::kLink : schemas::AccessType::kTypedFull;
  for (auto& bucket : visit.attentionByInputAgeMs) {
    bucket = random() % 3 == 0 ? static_cast<std::int64_t>(random() % 5'000) : 0;
  }
  if (random() % 3 == 0) visit.exit = schemas::Exit::kOpen;
  return visit;
}

}  // namespace

TEST_CASE(
    "the daily sums are always the sums of the visits, whatever is written again, amended or reported") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    INFO("seed " << seed);
    const TempDir dir;
    const auto file = dir.path() / "store.sqlite";
    std::mt19937_64 random(seed);
    Store store = Store::open(file).value();
    const Reader reader = Reader::open(file).value();
    for (int flush = 0; flush < 12; ++flush) {
      Batch batch = batchAt(kMorning + std::chrono::hours(flush));
      std::map<std::int64_t, Visit> visits;
      for (int i = 0; i < 6; ++i) {
        const auto id = static_cast<std::int64_t>(random() % 25) + 1;
        visits[id] = someVisit(random, id);
      }
      for (const auto& [id, visit] : visits) {
        (visit.exit == schemas::Exit::kOpen ? batch.open : batch.ended).push_back(visit);
      }
      store.write(batch);
      if (random() % 4 == 0) {
        SQLite::Database(file.string(), SQLite::OPEN_READWRITE)
            .exec("DELETE FROM unreported WHERE id % 5 = 0");
      }
      if (random() % 5 == 0) store = Store::open(file).value();
    }
    REQUIRE(fromSums(reader, {}) == fromVisits(reader, {}));
    const auto day = localDay(kMorning, UtcOffset(0)) + static_cast<std::int32_t>(random() % 4);
    REQUIRE(fromSums(reader, {day, day + 1}) == fromVisits(reader, {day, day + 1}));
  }
}

TEST_CASE("the most attended pages are the first of all pages, with their totals whole") {
  const TempDir dir;
  const auto file = dir.path() / "store.sqlite";
  std::mt19937_64 random(3);
  Store store = Store::open(file).value();
  Batch batch = batchAt(kMorning);
  for (std::int64_t id = 1; id <= 60; ++id) {
    batch.ended.push_back(someVisit(random, id));
    batch.ended.back().exit = schemas::Exit::kClosed;
  }
  store.write(batch);
  const Reader reader = Reader::open(file).value();
  const auto all = reader.pages();
  const auto three = reader.pages({}, 3);
  REQUIRE(all.size() == 6);
  REQUIRE(three.size() == 3);
  for (std::size_t i = 0; i < three.size(); ++i) {
    CHECK(three[i].url == all[i].url);
    CHECK(three[i].attentionByInputAgeMs == all[i].attentionByInputAgeMs);
  }
}
