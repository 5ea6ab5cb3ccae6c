#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "monitor/store/link_text.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "monitor/store/store_schema.h"
#include "schemas/visit_codec.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::Reader;
using monitor::Store;

namespace {

using Rows = std::vector<std::string>;

/// A row as text, columns by name: what a reader of the view sees.
std::string rowText(SQLite::Statement& row) {
  std::string text;
  for (int i = 0; i < row.getColumnCount(); ++i) {
    text += std::string(row.getColumnName(i)) + "=" +
            (row.getColumn(i).isNull() ? "NULL" : row.getColumn(i).getString()) + ";";
  }
  return text;
}

Rows rowsOf(const SQLite::Database& database, const std::string& sql) {
  SQLite::Statement row(database, sql);
  Rows rows;
  while (row.executeStep()) rows.push_back(rowText(row));
  std::sort(rows.begin(), rows.end());
  return rows;
}

/// Every view with all its rows, and what waits to be reported.
std::map<std::string, Rows> everything(const std::filesystem::path& file, const std::string& waiting,
                                       const std::string& waitingCounts, const std::string& waitingSums) {
  SQLite::Database database(file.string());
  monitor::addLinkRows(database);
  std::map<std::string, Rows> all;
  SQLite::Statement view(database, "SELECT name FROM sqlite_master WHERE type = 'view'");
  while (view.executeStep()) {
    const std::string name = view.getColumn(0).getString();
    all[name] = rowsOf(database, "SELECT * FROM " + name);
  }
  all["waiting"] = rowsOf(database, waiting);
  all["waiting counts"] = rowsOf(database, waitingCounts);
  all["waiting sums"] = rowsOf(database, waitingSums);
  for (const char* table :
       {"unreported_coverage", "unreported_loss", "browser", "identity", "enrolment", "upload_state"}) {
    all[table] = rowsOf(database, std::string("SELECT * FROM ") + table);
  }
  // Opening writes that the store is in use.
  all["agent_state"] = rowsOf(database, "SELECT * FROM agent_state WHERE key <> 'running'");
  all["first days"] = rowsOf(database, "SELECT text, first_day FROM url");
  return all;
}

std::map<std::string, Rows> version1(const std::filesystem::path& file) {
  return everything(
      file,
      "SELECT CASE kind WHEN 'visit' THEN 1 WHEN 'session' THEN 2 WHEN 'trajectory' THEN 3 WHEN 'search' "
      "THEN 4 "
      "ELSE 5 END AS kind, id FROM unreported",
      "SELECT s.name, s.page_group, h.day, h.low, h.high, h.count FROM unreported_histogram AS h "
      "JOIN histogram_series AS s ON s.id = h.series",
      "SELECT s.name, s.page_group, h.day, h.sum FROM unreported_histogram_sum AS h "
      "JOIN histogram_series AS s ON s.id = h.series");
}

std::map<std::string, Rows> today(const std::filesystem::path& file) {
  return everything(
      file, "SELECT kind, id FROM unreported",
      "SELECT s.name, s.page_group, h.day, h.low, h.high, h.count - h.reported AS count FROM histogram AS h "
      "JOIN histogram_series AS s ON s.id = h.series WHERE h.count <> h.reported",
      "SELECT s.name, s.page_group, h.day, h.sum - h.reported AS sum FROM histogram_sum AS h "
      "JOIN histogram_series AS s ON s.id = h.series WHERE h.sum <> h.reported");
}

/// A store of a released version, as its own writer left it.
template <int version>
struct Released {
  Released() { restore(); }

  void restore() {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
    std::ifstream in(DWELL_SOURCE_DIR "/tests/monitor/store/version_" + std::to_string(version) + ".sql");
    std::stringstream sql;
    sql << in.rdbuf();
    SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("PRAGMA page_size = 1024");
    database.exec("PRAGMA journal_mode = WAL");
    database.exec("PRAGMA synchronous = OFF");
    database.exec(sql.str());
  }

  TempDir dir;
  std::filesystem::path file = dir.path() / "store.sqlite";
};
using Version1 = Released<1>;
using Version4 = Released<4>;

/// What those views say that the old version had; they may have got others since.
void checkSame(const std::map<std::string, Rows>& before, const std::map<std::string, Rows>& after) {
  for (const auto& [name, rows] : before) {
    INFO(name);
    CHECK_FALSE(rows.empty());
    REQUIRE(after.count(name) == 1);
    CHECK(after.at(name) == rows);
  }
}
void checkWhole(const std::filesystem::path& file) {
  SQLite::Database database(file.string());
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  CHECK(rowsOf(database, "PRAGMA foreign_key_check").empty());
  CHECK(database.execAndGet("PRAGMA user_version").getInt() == schemaVersion(monitor::storeSchema()));
}

}  // namespace

TEST_CASE_METHOD(Version1, "every row of a version 1 store reads the same after it was brought up") {
  const auto before = version1(file);
  REQUIRE(before.at("visit_v1").size() == 31);
  REQUIRE(Store::open(file));
  checkSame(before, today(file));
  checkWhole(file);
}

TEST_CASE_METHOD(Version4, "every row of a version 4 store reads the same after it was brought up") {
  const auto before = today(file);
  REQUIRE(before.at("visit_v1").size() == 216);
  REQUIRE(Store::open(file));
  checkSame(before, today(file));
  checkWhole(file);
  Store store = Store::open(file).value();
  monitor::Batch batch;
  batch.time = wallTime(1'900'000'000'000);
  batch.ended = store.leftOpen().visits;
  CHECK(batch.ended.size() == 1);
  CHECK(store.leftOpen().unsampled.visits.size() == 1);
  store.write(batch);
  CHECK(store.leftOpen().visits.empty());
}

TEST_CASE_METHOD(Version4, "a store of a newer version is refused with what to do, and stays as it is") {
  REQUIRE(Store::open(file));
  const int newer = schemaVersion(monitor::storeSchema()) + 1;
  SQLite::Database(file.string(), SQLite::OPEN_READWRITE)
      .exec("PRAGMA user_version = " + std::to_string(newer));
  const auto before = today(file);
  const auto opened = Store::open(file);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().message().find("newer Dwell") != std::string::npos);
  CHECK(opened.error().message().find("version " + std::to_string(newer)) != std::string::npos);
  CHECK_FALSE(Reader::open(file));
  CHECK(today(file) == before);
}

TEST_CASE_METHOD(Version1, "a version 1 store that was brought up goes on as a new one") {
  Store store = Store::open(file).value();
  const Reader reader = Reader::open(file).value();
  const auto before = reader.visits();
  CHECK(store.leftOpen().visits.size() == 4);
  monitor::Batch batch;
  batch.time = wallTime(1'900'000'000'000);
  batch.ended = store.leftOpen().visits;
  store.write(batch);
  CHECK(store.leftOpen().visits.empty());
  CHECK(reader.visits().size() == before.size());
  SQLite::Database database(file.string());
  CHECK(database.execAndGet("SELECT count(*) - (SELECT count(DISTINCT text) FROM url) FROM url").getInt() ==
        0);
}

TEST_CASE_METHOD(Version1, "a disk that is full at whatever write of the way up leaves version 1 whole") {
  const auto before = version1(file);
  int refused = 0, done = 0;
  for (int writes = 0;; writes += 3) {
    restore();
    FaultyVfs disk;
    disk.fullAfter(writes);
    try {
      (void)Store::open(file);
    } catch (const SQLite::Exception&) {
      REQUIRE(disk.hasFailed());
    }
    const bool full = disk.hasFailed();
    disk.fullAfter(-1);
    if (!full) break;
    ++refused;
    const int version = SQLite::Database(file.string()).execAndGet("PRAGMA user_version").getInt();
    if (version == 1) {
      REQUIRE(version1(file) == before);
    } else {
      ++done;  // all of it was in the WAL, and only the way into the main file was barred
      const auto after = today(file);
      for (const auto& [name, rows] : before) REQUIRE(after.at(name) == rows);
    }
  }
  CHECK(refused - done > 20);
}
