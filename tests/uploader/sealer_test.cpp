#include "uploader/sealer.h"

#include <catch2/catch.hpp>

#include "tests/uploader/uploader_fixture.h"
#include "uploader/outbox.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::Batch;
using schemas::Visit;
using uploader::Outbox;
using uploader::seal;
using namespace std::chrono_literals;

namespace {

struct Fixture : UploaderFixture {
  std::vector<std::int64_t> sealedVisits() {
    std::vector<std::int64_t> ids;
    for (const auto& report : reader.reports()) {
      for (const auto& visit : decoded(*reader.reportBody(report.id)).visits) ids.push_back(visit.id);
    }
    return ids;
  }
};

using Ids = std::vector<std::int64_t>;

}  // namespace

TEST_CASE_METHOD(Fixture, "nothing is sealed when nothing happened; time that passed is nothing") {
  CHECK_FALSE(seal(database, frame, now));
  Batch batch = batchAt(now);
  batch.coverage = {{20'833, 60, 60, 0, 0, 0, 0, 0}};
  batch.losses = {{"queue.full", 1}};
  store.write(batch);
  CHECK_FALSE(seal(database, frame, now));
  CHECK(reader.reports().empty());
}

TEST_CASE_METHOD(Fixture, "a report holds all that waited, and what it holds waits no more") {
  Batch batch = batchAt(now);
  batch.ended = {closedVisit(1)};
  batch.sessions = {{1, kMorning, kMorning + 5min, 1, 25'000}};
  batch.trajectories = {
      {1, "https://shop.example/login", "shop.example", kMorning, kMorning, "logout", {1}, 1, 0}};
  batch.searches = {{1, "google", "hose", 1, {1}, {{1, "https://a.example/", "organic", true, {}}}}};
  batch.marks = {{kMorning + 1s, "task", "2"}};
  batch.histograms = {samples("Engagement.ActiveTime", 3), samples("Engagement.ActiveTime", 2, "login")};
  batch.coverage = {{20'833, 60, 60, 0, 0, 0, 0, 0}};
  batch.losses = {{"queue.full", 1}};
  store.write(batch);
  REQUIRE(seal(database, frame, now));
  CHECK_FALSE(seal(database, frame, now));

  const auto sealed = theOnly("waiting");
  CHECK(sealed.sequence == 1);
  CHECK(sealed.visits == 1);
  CHECK(sealed.periodStart == kMorning);
  CHECK(sealed.periodEnd == now);
  const std::string body = reader.reportBody(sealed.id).value();
  CHECK(sealed.size == static_cast<std::int64_t>(body.size()));
  CHECK(sealed.sha256 == sha256Hex(body));
  const schemas::Report report = decoded(body);
  CHECK(report.id == sealed.id);
  CHECK(report.client == frame.client);
  CHECK(report.experiment == "exp-1");
  CHECK(report.consent.accepted == kMorning);
  CHECK(report.settings.idleThresholdMs == 15'000);
  CHECK(report.settings.urlDetail == "without_query");
  CHECK(report.environment.browsers.size() == 1);
  REQUIRE(report.visits.size() == 1);
  CHECK(report.visits[0].attentionMs == 40'000);
  CHECK(report.sessions.size() == 1);
  CHECK(report.trajectories.size() == 1);
  REQUIRE(report.searches.size() == 1);
  CHECK(report.searches[0].results.size() == 1);
  CHECK(report.marks.size() == 1);
  REQUIRE(report.histograms.size() == 2);
  CHECK(report.histograms[0].sum == 3);
  CHECK(report.coverage.at(0).runningS == 60);
  CHECK(report.losses.at("queue.full") == 1);
}

TEST_CASE_METHOD(Fixture, "open visits, running trajectories and sessions in progress wait") {
  Batch batch = batchAt(now);
  batch.open = {openVisit(1)};
  batch.sessions = {{1, kMorning, now - 30min, 1, 0}};
  batch.trajectories = {{1, "https://shop.example/login", "shop.example", kMorning, kMorning, "", {1}, 1, 0}};
  store.write(batch);
  CHECK_FALSE(seal(database, frame, now));
  batch.open.clear();
  batch.ended = {closedVisit(1)};
  batch.trajectories[0].endReason = "timeout";
  store.write(batch);
  REQUIRE(seal(database, frame, now + 30min + 61s));
  const auto report = decoded(*reader.reportBody(theOnly("waiting").id));
  CHECK(report.visits.size() == 1);
  CHECK(report.sessions.size() == 1);
  CHECK(report.trajectories.size() == 1);
}

TEST_CASE_METHOD(Fixture, "results pages, clicks and searches wait until their session is over") {
  Visit page = closedVisit(1);
  page.session = 1;
  page.resultsPage = schemas::ResultsPage{"google", "hose", 10};
  Visit click = closedVisit(2);
  click.session = 1;
  click.serp = schemas::SerpClick{1, "google", "hose", 1};
  Visit plain = closedVisit(3);
  plain.session = 1;
  Batch batch = batchAt(now);
  batch.ended = {page, click, plain};
  batch.sessions = {{1, kMorning, now - 1min, 3, 0}};
  batch.searches = {{1, "google", "hose", 1, {1}, {}}};
  store.write(batch);
  REQUIRE(seal(database, frame, now));
  CHECK(sealedVisits() == Ids{3});

  SECTION("its pause has passed") {
    REQUIRE(seal(database, frame, now + 31min));
    CHECK(decoded(*reader.reportBody(reader.reports().front().id)).searches.size() == 1);
  }
  SECTION("the next one has begun") {
    Batch next = batchAt(now);
    next.sessions = {{2, now, now, 0, 0}};
    store.write(next);
    REQUIRE(seal(database, frame, now + 1s));
  }
  auto ids = sealedVisits();
  std::sort(ids.begin(), ids.end());
  CHECK(ids == Ids{1, 2, 3});
}

TEST_CASE_METHOD(Fixture, "what began before the consent is left out, and counted") {
  record(1, 3);  // 1 to 3 minutes after kMorning
  frame = frameAt(kMorning + 150s);
  REQUIRE(seal(database, frame, now));
  CHECK(sealedVisits() == Ids{3});
  CHECK(decoded(*reader.reportBody(theOnly("waiting").id)).losses.at("report.before_consent") == 2);
  CHECK_FALSE(seal(database, frame, now));
}

TEST_CASE_METHOD(Fixture, "a report has so many visits at most; the numbers go on without a gap") {
  record(1, 5);
  REQUIRE(seal(database, frame, now, 2));
  REQUIRE(seal(database, frame, now, 2));
  REQUIRE(seal(database, frame, now, 2));
  CHECK_FALSE(seal(database, frame, now, 2));
  auto ids = sealedVisits();
  std::sort(ids.begin(), ids.end());
  CHECK(ids == Ids{1, 2, 3, 4, 5});
  std::int64_t samplesSealed = 0;
  std::vector<std::int64_t> sequences;
  for (const auto& report : reader.reports()) {
    sequences.push_back(report.sequence);
    for (const auto& histogram : decoded(*reader.reportBody(report.id)).histograms) {
      for (const auto& bucket : histogram.buckets) samplesSealed += bucket.count;
    }
  }
  CHECK(sequences == std::vector<std::int64_t>{3, 2, 1});
  CHECK(samplesSealed == 5);
}

TEST_CASE_METHOD(Fixture, "periods follow each other, also when the clock was put back") {
  record(1, 1);
  REQUIRE(seal(database, frame, now));
  record(2, 2);
  REQUIRE(seal(database, frame, now - 1h));
  const auto reports = reader.reports();
  REQUIRE(reports.size() == 2);
  for (const auto& report : reports) {
    if (report.sequence != 2) continue;
    CHECK(report.periodStart == now);
    CHECK(report.periodEnd == now);
  }
}

TEST_CASE_METHOD(Fixture,
                 "when the disk fails while sealing, nothing is marked and the next try has it all") {
  record(1, 3);
  database.exec(
      "CREATE TRIGGER full BEFORE DELETE ON unreported BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  CHECK_THROWS_AS(seal(database, frame, now), SQLite::Exception);
  CHECK(reader.reports().empty());
  database.exec("DROP TRIGGER full");
  REQUIRE(seal(database, frame, now));
  CHECK(sealedVisits().size() == 3);
}
