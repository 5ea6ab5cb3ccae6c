#include "base/database.h"

#include <SQLiteCpp/Statement.h>
#include <sys/stat.h>

#include <array>
#include <atomic>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/temp_dir.h"

using dwell::DatabaseSchema;
using dwell::openDatabase;
using dwell::openDatabaseForReading;
using dwell::SqlFile;

namespace {

constexpr std::array kFirst = {SqlFile{"0001_initial", "CREATE TABLE pet (name TEXT NOT NULL) STRICT;"}};
constexpr std::array kBoth = {kFirst[0], SqlFile{"0002_age",
                                                 "ALTER TABLE pet ADD COLUMN age INTEGER; "
                                                 "UPDATE pet SET age = 3;"}};
constexpr std::array kView = {
    SqlFile{"pet_v1", "-- Pets by name.\nCREATE VIEW pet_v1 AS\nSELECT name FROM pet;\n"}};
constexpr std::array kOtherView = {
    SqlFile{"pet_v1", "CREATE VIEW pet_v1 AS\nSELECT name, 1 AS one FROM pet;\n"}};

DatabaseSchema schemaOf(std::span<const SqlFile> migrations, std::span<const SqlFile> views = {}) {
  return {"the pet shop", migrations, views};
}

std::int64_t number(SQLite::Database& database, const std::string& sql) {
  return database.execAndGet(sql).getInt64();
}

}  // namespace

TEST_CASE("a new database is made in WAL with small pages, and only its owner can read it") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  auto database = openDatabase(file, schemaOf(kFirst));
  REQUIRE(database);
  CHECK(database->execAndGet("PRAGMA journal_mode").getString() == "wal");
  CHECK(number(*database, "PRAGMA page_size") == 1024);
  CHECK(number(*database, "PRAGMA foreign_keys") == 1);
  CHECK(number(*database, "PRAGMA secure_delete") == 1);
  CHECK(number(*database, "PRAGMA synchronous") == 2);
  CHECK(number(*database, "PRAGMA user_version") == 1);
  database->exec("INSERT INTO pet VALUES ('Rex')");
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    REQUIRE(::stat((file.string() + suffix).c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
  }
}

TEST_CASE("an older database is brought up with its rows kept") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  openDatabase(file, schemaOf(kFirst)).value().exec("INSERT INTO pet VALUES ('Rex')");
  auto database = openDatabase(file, schemaOf(kBoth));
  REQUIRE(database);
  CHECK(number(*database, "PRAGMA user_version") == 2);
  CHECK(number(*database, "SELECT age FROM pet WHERE name = 'Rex'") == 3);
}

TEST_CASE("a migration that fails leaves the database as it was") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  openDatabase(file, schemaOf(kFirst)).value().exec("INSERT INTO pet VALUES ('Rex')");
  const std::array broken = {kFirst[0], SqlFile{"0002_broken", "DELETE FROM pet; SELECT nonsense;"}};
  CHECK_THROWS_AS(openDatabase(file, schemaOf(broken)), SQLite::Exception);
  auto database = openDatabase(file, schemaOf(kFirst));
  REQUIRE(database);
  CHECK(number(*database, "SELECT COUNT(*) FROM pet") == 1);
}

TEST_CASE("a database of a newer version is refused with what to do, and left untouched") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  REQUIRE(openDatabase(file, schemaOf(kBoth)));
  for (const auto& refused :
       {openDatabase(file, schemaOf(kFirst)), openDatabaseForReading(file, schemaOf(kFirst))}) {
    REQUIRE(!refused);
    CHECK(refused.error().message() ==
          file.string() +
              ": the pet shop is of version 2, written by a newer Dwell; this one knows versions up to 1 "
              "(expected install the newer Dwell again, or name another data folder)");
  }
  auto newer = openDatabase(file, schemaOf(kBoth));
  CHECK(number(*newer, "PRAGMA user_version") == 2);
}

TEST_CASE("views follow the program that opens the database, without a new version") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  REQUIRE(openDatabase(file, schemaOf(kFirst, kView)));
  auto other = openDatabase(file, schemaOf(kFirst, kOtherView));
  REQUIRE(other);
  other->exec("INSERT INTO pet VALUES ('Rex')");
  CHECK(number(*other, "SELECT one FROM pet_v1") == 1);
  const auto before = number(*other, "PRAGMA schema_version");
  REQUIRE(openDatabase(file, schemaOf(kFirst, kOtherView)));
  CHECK(number(*other, "PRAGMA schema_version") == before);
}

TEST_CASE("a reader can't write, and is told when there is nothing to read") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  CHECK(openDatabaseForReading(file, schemaOf(kFirst)).error().what == "the pet shop does not exist");
  auto writer = openDatabase(file, schemaOf(kFirst));
  REQUIRE(writer);
  auto reader = openDatabaseForReading(file, schemaOf(kFirst));
  REQUIRE(reader);
  CHECK_THROWS_AS(reader->exec("INSERT INTO pet VALUES ('Rex')"), SQLite::Exception);
  CHECK(openDatabaseForReading(file, schemaOf(kBoth)).error().what ==
        "the pet shop is of version 1, older than version 2");
}

TEST_CASE("programs that start together make one whole database") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  std::atomic<int> opened = 0;
  std::vector<std::thread> starters;
  for (int i = 0; i < 8; ++i) {
    starters.emplace_back([&] {
      if (openDatabase(file, schemaOf(kBoth, kView))) ++opened;
    });
  }
  for (auto& starter : starters) starter.join();
  CHECK(opened == 8);
}

TEST_CASE("a second connection keeps the first one's locks: a process that leaves takes no WAL away") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "pets.sqlite";
  auto first = openDatabase(file, schemaOf(kFirst));
  REQUIRE(first);
  REQUIRE(openDatabase(file, schemaOf(kFirst)));
  first->exec("INSERT INTO pet VALUES ('Rex')");

  // Other programs, not forks: a fork would inherit what SQLite knows of this process's locks.
  const std::string shell = "sqlite3 '" + file.string() + "' ";
  REQUIRE(std::system((shell + "\"INSERT INTO pet VALUES ('Tom')\"").c_str()) == 0);
  first->exec("INSERT INTO pet VALUES ('Ada')");
  CHECK(std::system((shell + "'SELECT count(*) FROM pet' | grep -qx 3").c_str()) == 0);
}
