#include "monitor/store/retention.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::Reader;
using monitor::Retention;
using monitor::RetentionPolicy;
using monitor::Store;

namespace {

constexpr int kDays = 12;

/// A store of some days of random visits, of which some wait to be reported.
struct Kept {
  explicit Kept(std::uint32_t seed) : random(seed) {
    monitor::Batch batch = batchAt(kMorning);
    for (int id = 1; id <= 600; ++id) {
      schemas::Visit visit = closedVisit(id, "https://shop.example/" + std::to_string(number(1, 150)));
      visit.utcOffset = UtcOffset(number(-12, 12) * 60);
      visit.start =
          kMorning + std::chrono::hours(24 * kDays * id / 600) + std::chrono::minutes(number(0, 600));
      visit.end = visit.start + std::chrono::minutes(1);
      visit.attentionFirst = visit.start;
      visit.attentionLast = visit.start + std::chrono::seconds(40);
      visit.session = id / 20 + 1;
      batch.ended.push_back(visit);
      if (id % 20 == 0) {
        batch.sessions.push_back({id / 20 + 1, visit.start, visit.end, 20, 1'000});
        batch.searches.push_back({id / 20, "google", "words", id / 20 + 1, {id - 1, id}, {}});
        schemas::SearchResult& result = batch.searches.back().results.emplace_back();
        result.rank = 1;
        result.url = "https://result.example/" + std::to_string(id);
        result.kind = "organic";
        batch.marks.push_back({visit.start, "task", std::to_string(id)});
      }
    }
    batch.histograms = {samples("Engagement.ActiveTime", 7)};
    store.write(batch);
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE);
    database.exec("DELETE FROM unreported");
  }

  std::int64_t number(std::int64_t low, std::int64_t high) {
    return std::uniform_int_distribution<std::int64_t>(low, high)(random);
  }
  std::vector<schemas::Visit> visits() const { return Reader::open(file)->visits(); }
  static std::int32_t dayOf(const schemas::Visit& visit) { return localDay(visit.start, visit.utcOffset); }
  std::int32_t today() const { return localDay(kMorning, UtcOffset(0)) + kDays; }

  /// As if the agent had run yesterday, too.
  int retain(const RetentionPolicy& policy) {
    execute("INSERT OR REPLACE INTO agent_state VALUES ('retention_day', " +
            std::to_string(policy.today - 1) + ")");
    return retainAsItIs(policy);
  }
  int retainAsItIs(const RetentionPolicy& policy) {
    Retention retention = Retention::open(file, policy).value();
    int steps = 1;
    for (; retention.step(); ++steps) {
      store.rowsWereRemoved();
      REQUIRE(steps < 1'000);
    }
    store.rowsWereRemoved();
    return steps;
  }

  std::int64_t ask(const std::string& sql) const {
    return SQLite::Database(file.string()).execAndGet(sql).getInt64();
  }
  void execute(const std::string& sql) const {
    SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec(sql);
  }

  void checkWhole() const {
    SQLite::Database database(file.string());
    SQLite::Statement broken(database, "PRAGMA foreign_key_check");
    REQUIRE_FALSE(broken.executeStep());
    const std::string ofVisits =
        "SELECT (start_ms / 60000 + utc_offset_min) / 1440, url, access_type, count(*) FROM visit_v1 GROUP "
        "BY 1, 2, 3";
    const std::string ofDays = "SELECT day, url, access_type, visits FROM page_day_v1";
    CHECK(ask("SELECT count(*) FROM (" + ofVisits + " EXCEPT " + ofDays + ")") == 0);
    CHECK(ask("SELECT count(*) FROM (" + ofDays + " EXCEPT " + ofVisits + ")") == 0);
    CHECK(ask("SELECT count(*) FROM url WHERE id NOT IN (SELECT url FROM visit UNION SELECT url FROM "
              "search_result)") == 0);
    CHECK(ask("SELECT count(*) FROM search_result WHERE search NOT IN (SELECT id FROM search)") == 0);
    CHECK(ask("SELECT count(*) FROM unreported AS w WHERE kind = 1 AND id NOT IN (SELECT id FROM visit)") ==
          0);
    CHECK(ask("SELECT sum(count) FROM histogram") == 7);
  }

  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
  Store store = Store::open(file).value();
  std::mt19937 random;
};

}  // namespace

TEST_CASE("exactly what began before the days to keep goes, and waits for what is to be reported") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    Kept kept(seed);
    const auto before = kept.visits();
    RetentionPolicy policy;
    policy.days = kept.number(1, kDays + 2);
    policy.enrolled = kept.number(0, 1) == 1;
    policy.today = kept.today();
    std::int64_t keep = policy.today - policy.days;
    for (int i = 0; i < 3; ++i) {
      const auto& waiting = before[static_cast<std::size_t>(kept.number(0, 599))];
      kept.execute("INSERT OR IGNORE INTO unreported VALUES (1, " + std::to_string(waiting.id) + ")");
      if (policy.enrolled) keep = std::min<std::int64_t>(keep, Kept::dayOf(waiting));
    }
    INFO("seed " << seed << ", days " << policy.days << (policy.enrolled ? ", enrolled" : ""));
    std::set<std::int64_t> expected, found;
    for (const auto& visit : before) {
      if (Kept::dayOf(visit) >= keep) expected.insert(visit.id);
    }
    kept.retain(policy);
    for (const auto& visit : kept.visits()) found.insert(visit.id);
    REQUIRE(found == expected);
    kept.checkWhole();
    CHECK(kept.ask("SELECT count(*) FROM loss WHERE cause LIKE 'retention%'") == 0);
    CHECK(kept.ask("SELECT count(*) FROM mark WHERE time_ms / 86400000 < " + std::to_string(keep)) == 0);
    CHECK(kept.ask("SELECT count(*) FROM session WHERE end_ms / 86400000 < " + std::to_string(keep)) == 0);
    CHECK(kept.retain(policy) == 1);  // nothing more to do
  }
}

TEST_CASE("the store goes on with URLs that were removed while it knew their number") {
  Kept kept(1);
  RetentionPolicy policy;
  policy.days = 1;
  policy.today = kept.today() + 30;
  kept.retain(policy);
  CHECK(kept.visits().empty());
  monitor::Batch batch = batchAt(kMorning);
  for (int id = 601; id < 640; ++id)
    batch.ended.push_back(closedVisit(id, "https://shop.example/" + std::to_string(id - 600)));
  kept.store.write(batch);
  CHECK(kept.visits().size() == 39);
  kept.checkWhole();
}

TEST_CASE("when the store is too large the oldest days go, unreported ones too, and are counted") {
  Kept kept(2);
  kept.execute("INSERT INTO unreported SELECT 1, id FROM visit");
  const auto before = kept.visits();
  const std::string used =
      "SELECT (p.page_count - f.freelist_count) * 1024 FROM pragma_page_count() AS p, "
      "pragma_freelist_count() AS f";
  // A megabyte is more than this store has; the rows of a large one.
  monitor::Batch batch = batchAt(kMorning);
  for (int id = 601; id < 6'000; ++id) {
    schemas::Visit visit =
        closedVisit(id, "https://long.example/" + std::string(300, 'x') + std::to_string(id));
    visit.start = kMorning + std::chrono::hours(24 * (kDays - 6) + id / 100);
    visit.end = visit.start;
    batch.ended.push_back(visit);
  }
  kept.store.write(batch);
  REQUIRE(kept.ask(used) > 2'000'000);
  const std::size_t all = kept.visits().size();
  RetentionPolicy policy;
  policy.megabytes = 2;
  policy.enrolled = true;
  policy.today = kept.today();
  CHECK(kept.retain(policy) > 10);
  CHECK(kept.ask(used) <= 2'000'000);
  const auto after = kept.visits();
  REQUIRE_FALSE(after.empty());
  CHECK(kept.ask("SELECT count FROM loss WHERE cause = 'retention.unreported'") ==
        static_cast<std::int64_t>(all - after.size()));
  CHECK(kept.ask("SELECT count FROM unreported_loss WHERE cause = 'retention.unreported'") ==
        static_cast<std::int64_t>(all - after.size()));
  kept.checkWhole();
}

TEST_CASE("without a limit nothing goes") {
  Kept kept(3);
  RetentionPolicy policy;
  policy.today = kept.today() + 10'000;
  CHECK(kept.retain(policy) == 1);
  CHECK(kept.visits().size() == 600);
}

TEST_CASE("a clock that is a year ahead deletes nothing, until it has gone on for three days") {
  Kept kept(4);
  RetentionPolicy policy;
  policy.days = 30;
  policy.today = localDay(kMorning, UtcOffset(0)) + 1;  // the last batch was yesterday's
  CHECK(kept.retainAsItIs(policy) == 1);
  CHECK(kept.visits().size() == 600);
  policy.today += 365;
  CHECK(kept.retainAsItIs(policy) == 1);
  policy.today += 2;
  CHECK(kept.retainAsItIs(policy) == 1);
  CHECK(kept.visits().size() == 600);
  policy.today += 1;
  CHECK(kept.retainAsItIs(policy) > 1);
  CHECK(kept.visits().empty());
}

TEST_CASE("a store of which no day was ever believed takes its last batch for the last day") {
  Kept kept(5);
  RetentionPolicy policy;
  policy.days = 5;
  policy.today = kept.today() + 365;
  CHECK(kept.retainAsItIs(policy) == 1);
  CHECK(kept.visits().size() == 600);
  policy.megabytes = 1;  // what is too much goes whatever the clock says
  CHECK(kept.retainAsItIs(policy) == 1);
}
