#include "uploader/sealer.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>

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

TEST_CASE_METHOD(Fixture, "rows of a participant without an act in force wait, with all that is theirs") {
  Batch batch = batchAt(now);
  batch.ended = {closedVisit(1), closedVisit(20)};
  for (const std::size_t i : {0U, 1U}) {
    auto& visit = batch.ended[i];
    visit.participant = i == 0 ? "P1" : "P2";
    visit.session = visit.id;
    batch.sessions.push_back({visit.id, visit.start, visit.end, 1, 0});
    batch.trajectories.push_back({visit.id,
                                  "https://shop.example/login",
                                  "shop.example",
                                  visit.start,
                                  visit.end,
                                  "logout",
                                  {visit.id},
                                  1,
                                  0});
    batch.searches.push_back({visit.id, "google", "hose", visit.id, {visit.id}, {}});
  }
  store.write(batch);
  frame.consent.participant = "P2";
  REQUIRE(seal(database, frame, now));
  CHECK_FALSE(seal(database, frame, now));
  const auto onlyOf = [](const schemas::Report& report, std::int64_t id) {
    const auto is = [&](const auto& rows) { return rows.size() == 1 && rows[0].id == id; };
    return is(report.visits) && is(report.sessions) && is(report.trajectories) && is(report.searches);
  };
  CHECK(onlyOf(decoded(*reader.reportBody(theOnly("waiting").id)), 20));

  frame.others = {{frame.consent, frame.settings}};
  frame.others[0].consent.participant = "P1";
  REQUIRE(seal(database, frame, now));
  CHECK(sealedVisits() == Ids{1, 20});  // the newest report first
}

TEST_CASE_METHOD(Fixture, "a session of a participant from before their act is in no report") {
  Batch batch = batchAt(now);
  batch.ended = {closedVisit(1)};
  batch.ended[0].participant = "P1";
  batch.ended[0].session = 1;
  batch.sessions = {{1, batch.ended[0].start, batch.ended[0].end, 1, 0}};
  store.write(batch);
  frame.consent.participant = "P2";
  frame.others = {{frame.consent, frame.settings}};
  frame.others[0].consent.participant = "P1";
  frame.others[0].consent.accepted = batch.ended[0].start + Millis(1);
  REQUIRE(seal(database, frame, now));
  const auto report = decoded(*reader.reportBody(theOnly("waiting").id));
  CHECK(report.sessions.empty());
  CHECK(report.visits.empty());
  CHECK(report.losses.at("report.before_consent") == 1);
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

TEST_CASE_METHOD(Fixture, "a report has so many rows at most; the numbers go on without a gap") {
  record(1, 5);
  REQUIRE(seal(database, frame, now, {2}));
  REQUIRE(seal(database, frame, now, {2}));
  REQUIRE(seal(database, frame, now, {2}));
  REQUIRE(seal(database, frame, now, {2}));
  CHECK_FALSE(seal(database, frame, now, {2}));
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
  CHECK(sequences == std::vector<std::int64_t>{4, 3, 2, 1});  // the histogram, then two, two and one visit
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

TEST_CASE_METHOD(Fixture, "whatever waits: no report is beyond the limits, and each row is in exactly one") {
  const auto seed = GENERATE(range(1u, 6u));
  std::mt19937_64 random(seed);
  const auto number = [&](std::size_t below) { return static_cast<std::size_t>(random() % below); };
  const auto noise = [&](std::size_t size) {
    std::string text(size, ' ');
    for (char& c : text) c = static_cast<char>('a' + number(26));
    return text;
  };
  Batch batch = batchAt(now);
  std::int64_t samplesWritten = 0;
  const auto visits = static_cast<std::int64_t>(50 + number(400));
  for (std::int64_t id = 1; id <= visits; ++id) {
    const std::size_t path = number(10) == 0 ? number(3'000) : 20;
    batch.ended.push_back(closedVisit(id, "https://shop.example/" + noise(path)));
  }
  for (std::int64_t id = 1; id <= 30; ++id) {
    schemas::Search search{id, "google", noise(9), 1, {1}, {}};
    for (auto results = number(40); results > 0; --results) {
      search.results.push_back({1, "https://a.example/" + noise(100), "organic", false, {}});
    }
    batch.searches.push_back(search);
    batch.sessions.push_back({id, kMorning, kMorning, 1, 0});
    batch.marks.push_back({kMorning + 1s, "task", noise(50)});
    const auto count = static_cast<std::int64_t>(1 + number(9));
    batch.histograms.push_back(samples("Link.MouseDown", count, noise(12)));
    samplesWritten += count;
  }
  store.write(batch);
  const uploader::SealLimits limits{200, 8'000, 60'000};
  while (seal(database, frame, now + 2h, limits)) {
  }
  std::set<std::int64_t> seen, searches, sessions, sequences;
  std::size_t marks = 0;
  std::int64_t samplesSealed = 0;
  for (const auto& sealed : reader.reports()) {
    const std::string body = reader.reportBody(sealed.id).value();
    CHECK(body.size() <= limits.packedBytes);
    const auto report = decoded(body);
    sequences.insert(report.sequence);
    for (const auto& visit : report.visits) CHECK(seen.insert(visit.id).second);
    for (const auto& search : report.searches) CHECK(searches.insert(search.id).second);
    for (const auto& session : report.sessions) CHECK(sessions.insert(session.id).second);
    marks += report.marks.size();
    for (const auto& histogram : report.histograms) samplesSealed += histogram.sum;
  }
  CHECK(seen.size() == static_cast<std::size_t>(visits));
  CHECK(searches.size() == 30);
  CHECK(sessions.size() == 30);
  CHECK(marks == 30);
  CHECK(samplesSealed == samplesWritten);
  CHECK(*sequences.rbegin() == static_cast<std::int64_t>(sequences.size()));
}

TEST_CASE_METHOD(Fixture, "a row that is beyond the limits by itself is sealed by itself") {
  std::mt19937_64 random(1);
  std::string enormous(30'000, ' ');
  for (char& c : enormous) c = static_cast<char>('!' + random() % 90);
  Batch batch = batchAt(now);
  batch.ended = {closedVisit(1), closedVisit(2, "https://shop.example/" + enormous), closedVisit(3)};
  store.write(batch);
  const uploader::SealLimits limits{100, 8'000, 60'000};
  int sealed = 0;
  while (seal(database, frame, now, limits)) ++sealed;
  CHECK(sealed == 3);
  CHECK(sealedVisits().size() == 3);
}
