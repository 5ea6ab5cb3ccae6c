#include "monitor/store/salvage.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <map>

#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "schemas/visit_codec.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::Batch;
using monitor::Reader;
using monitor::salvageIfDamaged;
using monitor::Store;

namespace {

constexpr std::int64_t kVisits = 400;

struct Fixture {
  Fixture() {
    Store store = Store::open(file).value();
    for (std::int64_t id = 1; id <= kVisits; id += 20) {
      Batch batch = batchAt(kMorning + std::chrono::minutes(id));
      for (std::int64_t k = id; k < id + 20; ++k) {
        batch.ended.push_back(
            closedVisit(k, "https://shop.example/a-page-of-some-length/" + std::to_string(k % 100)));
      }
      batch.ended.back().linksPressed = 1;
      batch.ended.back().presses = {{std::nullopt, "https://a.example/" + std::to_string(id), 5}};
      batch.links = {{id, std::make_shared<const schemas::LinkTable>(
                              schemas::LinkTable{{"https://a.example/" + std::to_string(id), {}}})},
                     {id + 1, std::make_shared<const schemas::LinkTable>()}};
      batch.histograms = {samples("Engagement.ActiveTime", 20)};
      batch.searches = {
          {id, "google", "", 1, {id}, {{1, "https://a.example/" + std::to_string(id), "organic", true, 5}}}};
      store.write(batch);
    }
    const Reader reader = Reader::open(file).value();
    reader.eachVisit({}, [this](schemas::Visit&& visit) { written[visit.id] = json(visit); });
  }

  static std::string json(const schemas::Visit& visit) {
    return schemas::toJson(visit, std::chrono::seconds(15)).dump();
  }

  void sql(const std::string& text) { SQLite::Database(file.string(), SQLite::OPEN_READWRITE).exec(text); }
  /// As a kill leaves it.
  void kill() {
    sql("UPDATE agent_state SET value = 1 WHERE key = 'running'; PRAGMA wal_checkpoint(TRUNCATE)");
  }

  std::vector<std::int64_t> pages(const std::string& table, const std::string& type) {
    const SQLite::Database database(file.string());
    SQLite::Statement page(database,
                           "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path");
    page.bind(1, table);
    page.bind(2, type);
    std::vector<std::int64_t> numbers;
    while (page.executeStep()) numbers.push_back(page.getColumn(0).getInt64());
    return numbers;
  }

  /// Pages count from 1.
  void destroy(std::int64_t page) {
    constexpr std::size_t kPageSize = 1'024;
    std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
    out.seekp(static_cast<std::streamoff>(static_cast<std::size_t>(page - 1) * kPageSize));
    out << std::string(kPageSize, '\xA5');
  }

  /// What is there is as it was written; the new file is whole, and its sums those of its visits.
  std::size_t checkSaved() {
    const std::int64_t next = Store::open(file).value().nextNumbers().visit;
    const Reader reader = Reader::open(file).value();
    std::size_t same = 0;
    std::int64_t visits = 0;
    reader.eachVisit({}, [&](schemas::Visit&& visit) {
      ++visits;
      CHECK(visit.id < next);
      same += written.at(visit.id) == json(visit) ? 1 : 0;
      if (visit.url.empty() || visit.browser.empty()) return;  // of a lost URL, of a lost context
      CHECK(written.at(visit.id) == json(visit));
    });
    std::int64_t summed = 0;
    for (const auto& page : reader.pages()) summed += page.visits;
    CHECK(summed == visits);
    SQLite::Database database(file.string());
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK_FALSE(SQLite::Statement(database, "PRAGMA foreign_key_check").executeStep());
    return same;
  }

  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
  std::map<std::int64_t, std::string> written;
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a store that is whole is left as it is after a kill") {
  kill();
  CHECK_FALSE(salvageIfDamaged(file).value());
  CHECK(checkSaved() == kVisits);
}

TEST_CASE_METHOD(Fixture,
                 "a store whose writer stopped in order is looked at again after a week of recording") {
  const auto leaf = pages("visit", "leaf").at(5);
  CHECK_FALSE(salvageIfDamaged(file).value());
  Store::open(file).value().write(batchAt(kMorning + std::chrono::hours(24 * 6)));
  sql("PRAGMA wal_checkpoint(TRUNCATE)");
  destroy(leaf);
  CHECK_FALSE(salvageIfDamaged(file).value());
  Store::open(file).value().write(batchAt(kMorning + std::chrono::hours(24 * 8)));
  CHECK(salvageIfDamaged(file).value());
}

TEST_CASE_METHOD(Fixture, "of a damaged page of visits only its own rows are lost") {
  kill();
  destroy(pages("visit", "leaf").at(7));
  destroy(pages("visit", "leaf").at(20));
  const auto salvage = salvageIfDamaged(file).value();
  REQUIRE(salvage);
  CHECK(std::filesystem::exists(salvage->setAside));
  CHECK(std::filesystem::exists(salvage->setAside.string() + ".txt"));
  CHECK(salvage->incomplete == std::vector<std::string>{"visit"});
  CHECK(salvage->rows.at("visit") >= kVisits - 30);
  CHECK(salvage->rows.at("visit") < kVisits);
  CHECK(checkSaved() == static_cast<std::size_t>(salvage->rows.at("visit")));
  const Reader reader = Reader::open(file).value();
  CHECK(reader.histograms().at(0).sum == kVisits);
  CHECK(reader.losses().at(0).cause == "store.salvaged");
  CHECK_FALSE(salvageIfDamaged(file).value());
}

TEST_CASE_METHOD(Fixture, "visits whose URL is lost are kept without it") {
  kill();
  destroy(pages("url", "leaf").at(2));
  const auto salvage = salvageIfDamaged(file).value();
  REQUIRE(salvage);
  CHECK(salvage->rows.at("visit") == kVisits);
  const std::size_t same = checkSaved();
  CHECK(same < kVisits);
  CHECK(same > kVisits * 3 / 4);
}

TEST_CASE_METHOD(Fixture, "whatever page is damaged, a whole store comes of it") {
  kill();
  const auto original = dir.path() / "original";
  std::filesystem::copy_file(file, original);
  const auto count = static_cast<std::int64_t>(std::filesystem::file_size(file)) / 1'024;
  int damaged = 0;
  for (std::int64_t page = 1; page <= count; page += 11) {
    INFO("page " << page);
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
    std::filesystem::copy_file(original, file);
    destroy(page);
    damaged += salvageIfDamaged(file).value() ? 1 : 0;
    checkSaved();
  }
  CHECK(damaged > 10);
}

TEST_CASE_METHOD(Fixture, "a file that is no database any more is set aside, not overwritten") {
  kill();
  destroy(1);
  const auto salvage = salvageIfDamaged(file).value();
  REQUIRE(salvage);
  CHECK(std::filesystem::file_size(salvage->setAside) > 50'000);
  CHECK(salvage->rows.at("visit") == 0);
  CHECK(Store::open(file));
}
