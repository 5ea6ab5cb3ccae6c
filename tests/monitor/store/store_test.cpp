#include "monitor/store/store.h"

#include <SQLiteCpp/Database.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <random>

#include "base/statement.h"
#include "monitor/store/reader.h"
#include "monitor/store/store_schema.h"
#include "schemas/visit_codec.h"
#include "tests/schemas/random_report.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::Batch;
using monitor::Reader;
using monitor::Store;
using schemas::Visit;

namespace {

struct Fixture {
  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
  Store store = Store::open(file).value();
  Reader reader = Reader::open(file).value();

  std::int64_t number(const std::string& sql) {
    SQLite::Database database(file.string());
    return database.execAndGet(sql).getInt64();
  }
};

std::string json(const Visit& visit) { return schemas::toJson(visit, std::chrono::seconds(15)).dump(); }

/// A visit that a store can hold: times in order, hour and weekday those of its start.
Visit storable(Visit visit, std::int64_t id) {
  visit.id = id;
  if (visit.end < visit.start) std::swap(visit.start, visit.end);
  visit.localHour = localHour(visit.start, visit.utcOffset);
  visit.weekday = localWeekday(visit.start, visit.utcOffset);
  if (visit.vitals && !visit.vitals->lcpMs && !visit.vitals->inpMs && !visit.vitals->cls)
    visit.vitals.reset();
  return visit;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "every field of a visit comes back as it was written") {
  std::mt19937_64 random(5);
  std::vector<Visit> written;
  while (written.size() < 300) {
    for (const Visit& visit : test::randomReport(random, 20).visits) {
      Visit kept = storable(visit, static_cast<std::int64_t>(written.size()) + 1);
      kept.start = std::max(kept.start, wallTime(2'000 * kept.id));
      kept = storable(kept, kept.id);
      written.push_back(kept);
    }
  }
  Batch batch = batchAt(kMorning);
  for (const Visit& visit : written)
    (visit.exit == schemas::Exit::kOpen ? batch.open : batch.ended).push_back(visit);
  store.write(batch);
  std::map<std::int64_t, std::string> read;
  for (const Visit& visit : reader.visits()) read[visit.id] = json(visit);
  REQUIRE(read.size() == written.size());
  for (const Visit& visit : written) CHECK(read[visit.id] == json(visit));
}

TEST_CASE_METHOD(Fixture,
                 "sessions, trajectories, searches, coverage, losses and marks come back as written") {
  Batch batch = batchAt(kMorning);
  batch.sessions = {{1, kMorning, kMorning + std::chrono::minutes(5), 3, 60'000}};
  batch.trajectories = {{1,
                         "https://shop.example/login",
                         "shop.example",
                         kMorning,
                         kMorning + std::chrono::minutes(2),
                         "logout",
                         {2, 3, 2},
                         2,
                         40'000}};
  batch.searches = {{1,
                     "google",
                     "garden hose",
                     1,
                     {4, 6},
                     {{1, "https://a.example/", "organic", true, 5}, {2, "", "ad", false, std::nullopt}}}};
  batch.coverage = {{20'833, 60, 50, 10, 0, 40, 30'000, 5'000}};
  batch.losses = {{"queue.full", 3}};
  batch.marks = {{kMorning, "task", "2"}};
  store.write(batch);
  store.write(batch);  // deltas add up, the rest is replaced

  REQUIRE(reader.sessions().size() == 1);
  CHECK(schemas::toJson(reader.sessions()[0]) == schemas::toJson(batch.sessions[0]));
  REQUIRE(reader.trajectories().size() == 1);
  CHECK(schemas::toJson(reader.trajectories()[0]) == schemas::toJson(batch.trajectories[0]));
  REQUIRE(reader.searches().size() == 1);
  CHECK(schemas::toJson(reader.searches()[0]) == schemas::toJson(batch.searches[0]));
  REQUIRE(reader.coverage().size() == 1);
  CHECK(reader.coverage()[0].runningS == 120);
  CHECK(reader.coverage()[0].attentionOutOfScopeMs == 10'000);
  CHECK(reader.coverage({20'834, {}}).empty());
  REQUIRE(reader.losses().size() == 1);
  CHECK(reader.losses()[0].count == 6);
  CHECK(number("SELECT COUNT(*) FROM mark_v1") == 2);
}

TEST_CASE_METHOD(Fixture, "a trajectory that was withdrawn is gone") {
  Batch batch = batchAt(kMorning);
  batch.trajectories = {{1, "https://shop.example/login", "shop.example", kMorning, kMorning, "", {2}, 1, 0}};
  store.write(batch);
  batch.trajectories[0].steps.clear();
  store.write(batch);
  CHECK(reader.trajectories().empty());
  CHECK(number("SELECT COUNT(*) FROM unreported") == 0);
}

TEST_CASE_METHOD(Fixture, "a visit that is followed further replaces what the store had of it") {
  Batch batch = batchAt(kMorning);
  batch.open = {openVisit(1)};
  store.write(batch);
  batch.open[0].attentionMs += 5'000;
  batch.open[0].attentionByInputAgeMs[0] += 5'000;
  store.write(batch);
  CHECK(reader.visits().at(0).attentionMs == 45'000);
  batch.open.clear();
  batch.ended = {closedVisit(1)};
  store.write(batch);
  REQUIRE(reader.visits().size() == 1);
  CHECK(reader.visits()[0].exit == schemas::Exit::kClosed);
}

TEST_CASE_METHOD(Fixture, "daily sums follow new, amended and re-typed visits") {
  Batch batch = batchAt(kMorning);
  batch.open = {openVisit(1), openVisit(2)};
  batch.ended = {closedVisit(3, "https://shop.example/cart")};
  store.write(batch);
  batch.open[0].attentionByInputAgeMs[0] += 5'000;
  store.write(batch);
  Visit amended = closedVisit(2);
  amended.accessType = schemas::AccessType::kBookmark;
  Batch later = batchAt(kMorning);
  later.ended = {amended};
  store.write(later);

  const auto pages = reader.pages();
  REQUIRE(pages.size() == 2);
  CHECK(pages[0].url == "https://shop.example/");
  CHECK(pages[0].visits == 2);
  CHECK(schemas::activeMs(pages[0].attentionByInputAgeMs, 15'000) == 55'000);
  CHECK(schemas::activeMs(pages[0].attentionByInputAgeMs, 30'000) == 85'000);
  REQUIRE(pages[0].accessTypes.size() == 2);
  CHECK(pages[0].accessTypes[0].type == schemas::AccessType::kLink);
  CHECK(pages[0].accessTypes[0].visits == 1);
  CHECK(pages[0].accessTypes[1].type == schemas::AccessType::kBookmark);
  CHECK(pages[1].visits == 1);
  const auto day = localDay(kMorning, UtcOffset(0));
  CHECK(reader.pages({day, day}).size() == 2);
  CHECK(reader.pages({day + 1, {}}).empty());
}

TEST_CASE_METHOD(Fixture, "an open visit that only grew older is not written again") {
  Batch batch = batchAt(kMorning);
  batch.open = {openVisit(1)};
  store.write(batch);
  batch.open[0].end += std::chrono::seconds(10);
  batch.time += std::chrono::seconds(10);
  store.write(batch);
  CHECK(reader.visits()[0].end == kMorning + std::chrono::minutes(2));
}

TEST_CASE_METHOD(Fixture, "histogram deltas add up per name, group and day") {
  Batch batch = batchAt(kMorning);
  batch.histograms = {samples("Engagement.ActiveTime", 2), samples("Engagement.ActiveTime", 1, "login"),
                      samples("Link.MouseDown", 1)};
  store.write(batch);
  auto nextDay = samples("Engagement.ActiveTime", 4);
  ++nextDay.day;
  nextDay.buckets.push_back({5, 9, 1});
  batch.histograms = {nextDay};
  store.write(batch);

  const auto all = reader.histograms();
  REQUIRE(all.size() == 2);
  CHECK(all[0].name == "Engagement.ActiveTime");
  CHECK(all[0].sum == 6);
  REQUIRE(all[0].buckets.size() == 2);
  CHECK(all[0].buckets[0].count == 6);
  CHECK(all[0].buckets[1].low == 5);
  CHECK(reader.histograms({"Engagement.ActiveTime", "all", {nextDay.day, {}}}).at(0).sum == 4);
  CHECK(reader.histograms({"Engagement.ActiveTime", "login", {}}).at(0).sum == 1);
  CHECK(reader.pageGroups() == std::vector<std::string>{"all", "login"});
}

TEST_CASE_METHOD(Fixture, "counts of a bucket with other edges are refused and counted as a loss") {
  Batch batch = batchAt(kMorning);
  batch.histograms = {samples("Link.MouseDown", 2)};
  store.write(batch);
  batch.histograms[0].buckets[0].high = 3;
  store.write(batch);
  CHECK(reader.histograms().at(0).buckets.at(0).count == 2);
  CHECK(reader.losses().at(0).cause == "store.histogram_edges");
  CHECK(reader.losses().at(0).count == 2);
}

TEST_CASE_METHOD(Fixture, "what a report holds never changes; a later word is counted as a loss") {
  Batch batch = batchAt(kMorning);
  batch.ended = {closedVisit(1)};
  batch.sessions = {{1, kMorning, kMorning, 1, 0}};
  store.write(batch);
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("DELETE FROM unreported");
  batch.ended[0].attentionMs = 1;
  batch.sessions[0].pages = 2;
  store.write(batch);
  CHECK(reader.visits().at(0).attentionMs == 40'000);
  CHECK(reader.sessions().at(0).pages == 1);
  CHECK(reader.pages().at(0).visits == 1);
  CHECK(reader.losses().at(0).cause == "store.amended_after_report");
  CHECK(reader.losses().at(0).count == 2);
}

TEST_CASE_METHOD(
    Fixture, "after a kill, open visits are handed out closed at the last flush, and their numbers go on") {
  Batch batch = batchAt(kMorning + std::chrono::hours(1));
  batch.open = {openVisit(7)};
  batch.open[0].sourceVisit = 12;  // a visit out of scope, which the store never saw
  batch.ended = {closedVisit(5)};
  batch.trajectories = {{3, "https://shop.example/login", "shop.example", kMorning, kMorning, "", {5}, 1, 0}};
  store.write(batch);

  Store again = Store::open(file).value();
  CHECK(again.nextNumbers().visit == 13);
  CHECK(again.nextNumbers().trajectory == 4);
  CHECK(again.nextNumbers().session == 1);
  const auto left = again.leftOpen();
  REQUIRE(left.visits.size() == 1);
  CHECK(left.visits[0].id == 7);
  CHECK(left.visits[0].exit == schemas::Exit::kAgentStopped);
  CHECK(left.visits[0].end == kMorning + std::chrono::hours(1));
  REQUIRE(left.trajectories.size() == 1);
  CHECK(left.trajectories[0].endReason == "agent_stopped");

  Batch closing = batchAt(kMorning + std::chrono::hours(2));
  closing.ended = left.visits;
  closing.trajectories = left.trajectories;
  closing.histograms = {samples("Engagement.ActiveTime", 1)};
  again.write(closing);
  CHECK(Store::open(file).value().leftOpen().visits.empty());
  CHECK(Store::open(file).value().leftOpen().trajectories.empty());
  CHECK(reader.visits().size() == 2);
}

TEST_CASE_METHOD(Fixture, "a write that fails leaves nothing behind and can be made again") {
  {
    SQLite::Database other(file.string(), SQLite::OPEN_READWRITE);
    other.exec("CREATE TRIGGER full BEFORE INSERT ON histogram BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  }
  Batch batch = batchAt(kMorning);
  batch.ended = {closedVisit(1)};
  batch.open = {openVisit(2)};
  batch.histograms = {samples("Engagement.ActiveTime", 1)};
  CHECK_THROWS_AS(store.write(batch), SQLite::Exception);
  CHECK(reader.visits().empty());
  CHECK(number("SELECT COUNT(*) FROM url") == 0);
  CHECK(store.nextNumbers().visit == 1);
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec("DROP TRIGGER full");
  store.write(batch);
  CHECK(reader.visits().size() == 2);
  CHECK(reader.pages().at(0).visits == 2);
}

TEST_CASE_METHOD(Fixture,
                 "the views say active time at the idle threshold in force and hold every array whole") {
  store.noteIdleThreshold(std::chrono::seconds(30));
  Batch batch = batchAt(kMorning);
  batch.ended = {closedVisit(1)};
  store.write(batch);
  CHECK(number("SELECT active_ms FROM visit_v1") == 40'000);
  store.noteIdleThreshold(std::chrono::seconds(15));
  CHECK(number("SELECT active_ms FROM visit_v1") == 25'000);
  CHECK(number("SELECT json_array_length(attention_by_input_age_ms) FROM visit_v1") == 13);
  CHECK(number("SELECT json_array_length(audible_by_input_age_ms) FROM visit_v1") == 13);
  CHECK(number("SELECT json_array_length(attention_by_input_age_ms) FROM page_day_v1") == 13);
  CHECK(number("SELECT reported FROM visit_v1") == 0);
}

TEST_CASE_METHOD(Fixture, "the store's enumerations are those of the code") {
  SQLite::Database database(file.string());
  SQLite::Statement exits(database, "SELECT value, name FROM exit_reason");
  int count = 0;
  while (exits.executeStep()) {
    ++count;
    CHECK(exits.getColumn(1).getString() ==
          schemas::exitName(static_cast<schemas::Exit>(exits.getColumn(0).getInt())));
  }
  CHECK(count == 20);
  SQLite::Statement types(database, "SELECT value, name FROM access_type");
  while (types.executeStep()) {
    CHECK(types.getColumn(1).getString() ==
          schemas::accessTypeName(static_cast<schemas::AccessType>(types.getColumn(0).getInt())));
  }
}

TEST_CASE("a store whose writer is killed at any moment is whole, and has all that was committed") {
  for (int round = 1; round <= 5; ++round) {
    const TempDir dir;
    const auto file = dir.path() / "store.sqlite";
    int committed[2];
    REQUIRE(::pipe(committed) == 0);
    const pid_t agent = ::fork();
    REQUIRE(agent >= 0);
    if (agent == 0) {
      Store store = Store::open(file).value();
      for (std::int64_t id = 1;; ++id) {
        Batch batch = batchAt(kMorning + std::chrono::minutes(id));
        batch.ended = {closedVisit(id)};
        batch.open = {openVisit(1'000'000)};
        batch.open[0].attentionMs = id;
        batch.histograms = {samples("Engagement.ActiveTime", 1)};
        store.write(batch);
        if (::write(committed[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(committed[1]);
    char byte = 0;
    for (int i = 0; i < 7 * round; ++i) REQUIRE(::read(committed[0], &byte, 1) == 1);
    ::kill(agent, SIGKILL);
    ::waitpid(agent, nullptr, 0);
    int known = 7 * round;
    while (::read(committed[0], &byte, 1) == 1) ++known;
    ::close(committed[0]);

    Store store = Store::open(file).value();
    const Reader reader = Reader::open(file).value();
    const auto visits = reader.visits();
    const auto ended = static_cast<std::int64_t>(visits.size()) - 1;
    CHECK((ended == known || ended == known + 1));
    CHECK(reader.histograms().at(0).sum == ended);
    REQUIRE(store.leftOpen().visits.size() == 1);
    CHECK(store.leftOpen().visits[0].attentionMs == ended);
    SQLite::Database database(file.string());
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  }
}
