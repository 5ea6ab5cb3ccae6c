#include "monitor/store/earlier_visits.h"

#include <catch2/catch.hpp>

#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using namespace dwell::monitor;
using schemas::AccessType;

namespace {

struct Fixture {
  /// A visit `minutes` after kMorning.
  void visit(std::int64_t minutes, AccessType type = AccessType::kLink,
             schemas::Exit exit = schemas::Exit::kClosed, const std::string& url = "https://shop.example/") {
    schemas::Visit visit = closedVisit(next++, url);
    visit.start = kMorning + std::chrono::minutes(minutes);
    visit.end = visit.start + std::chrono::minutes(1);
    visit.accessType = type;
    visit.exit = exit;
    Batch batch = batchAt(visit.end);
    (exit == schemas::Exit::kOpen ? batch.open : batch.ended) = {visit};
    store.write(batch);
  }
  EarlierVisits now(std::int64_t minutes) {
    return EarlierVisits::open(file, {next, kMorning + std::chrono::minutes(minutes), UtcOffset(0)}).value();
  }
  static WallTime at(std::int64_t minutes) { return kMorning + std::chrono::minutes(minutes); }

  static constexpr std::int64_t kDay = 1'440;
  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
  Store store = Store::open(file).value();
  std::int64_t next = 1;
  std::int32_t today = localDay(kMorning, UtcOffset(0));
};

}  // namespace

TEST_CASE_METHOD(Fixture, "days and the latest start of a URL come from all days before, and from today") {
  CHECK(!now(0).of("https://shop.example/"));
  visit(-9 * kDay);
  visit(-3 * kDay);
  visit(-3 * kDay + 5);
  visit(-2 * kDay, AccessType::kLink, schemas::Exit::kClosed, "https://other.example/");
  auto page = now(0).of("https://shop.example/");
  REQUIRE(page);
  CHECK(page->days == 2);
  CHECK(page->lastDay == today - 3);
  CHECK(page->lastStart == at(-3 * kDay + 5));

  visit(-5);
  page = now(0).of("https://shop.example/");
  REQUIRE(page);
  CHECK(page->days == 3);
  CHECK(page->lastDay == today);
  CHECK(page->lastStart == at(-5));
}

TEST_CASE_METHOD(Fixture, "the visits of the run itself are not earlier") {
  auto run = now(0);
  visit(1);
  visit(2, AccessType::kLink, schemas::Exit::kOpen);
  CHECK(!run.of("https://shop.example/"));
}

TEST_CASE_METHOD(Fixture, "pages that were brought back are no visits of a URL's history") {
  for (const auto type :
       {AccessType::kReload, AccessType::kBackForward, AccessType::kRestored, AccessType::kResumed})
    visit(-kDay, type);
  visit(-4, AccessType::kLink, schemas::Exit::kRedirect);
  CHECK(!now(0).of("https://shop.example/"));
}

TEST_CASE_METHOD(Fixture, "visits to typed URLs of 30 days count, however they were reached") {
  visit(-40 * kDay, AccessType::kTypedFull, schemas::Exit::kClosed, "https://old.example/");
  visit(-1 * kDay, AccessType::kLink, schemas::Exit::kClosed, "https://old.example/");
  visit(-29 * kDay, AccessType::kTypedCompleted);
  visit(-2 * kDay);
  visit(-2 * kDay, AccessType::kReload);
  visit(-1, AccessType::kBookmark);
  CHECK(now(0).toTypedUrls() == 3);
}

TEST_CASE_METHOD(Fixture, "a URL was visited before only on an earlier local day, by this run, too") {
  auto run = now(0);
  CHECK_FALSE(run.visitedBefore("https://shop.example/", today + 1));
  visit(0);
  run.release();
  Batch batch = batchAt(kMorning);
  batch.searches = {{1, "google", "hose", {}, {1}, {{1, "https://never.example/", "organic", true, {}}}}};
  store.write(batch);
  CHECK(run.visitedBefore("https://shop.example/", today + 1));
  CHECK_FALSE(run.visitedBefore("https://shop.example/", today));
  CHECK_FALSE(run.visitedBefore("https://never.example/", today + 1));
  CHECK_FALSE(run.visitedBefore("https://other.example/", today + 1));
}

TEST_CASE_METHOD(Fixture, "visits of the run that may have been forgotten are looked up like earlier ones") {
  visit(-kDay);
  auto run = now(0);
  visit(1);
  visit(kDay + 1);
  const auto forgotten = next - 1;
  visit(kDay + 2);
  const auto page = run.of("https://shop.example/", {forgotten, today + 1});
  REQUIRE(page);
  CHECK(page->days == 3);
  CHECK(page->lastDay == today + 1);
  CHECK(page->lastStart == at(kDay + 1));
  // A page that was new when it was first asked for is not taken for new once it may be forgotten.
  CHECK_FALSE(run.visitedBefore("https://other.example/", today));
  visit(2, AccessType::kLink, schemas::Exit::kClosed, "https://other.example/");
  CHECK_FALSE(run.of("https://other.example/"));
  run.release();
  CHECK(run.of("https://other.example/", {next - 1, today}));
}
