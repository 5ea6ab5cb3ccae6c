#include "app/window/models/store_follower.h"

#include <sqlite3.h>

#include <catch2/catch.hpp>

#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::app;
using State = StoreFollower::State;

namespace {

void write(const std::filesystem::path& file, std::int64_t visit) {
  auto store = monitor::Store::open(file);
  REQUIRE(store);
  auto batch = tests::batchAt(tests::kMorning);
  batch.ended = {tests::closedVisit(visit)};
  batch.histograms = {tests::samples("Input.Key", visit), tests::samples("Input.Key", 1, "login")};
  store->write(batch);
}

void makeNewer(const std::filesystem::path& file) {
  sqlite3* database = nullptr;
  REQUIRE(sqlite3_open(file.c_str(), &database) == SQLITE_OK);
  REQUIRE(sqlite3_exec(database, "PRAGMA user_version = 9999", nullptr, nullptr, nullptr) == SQLITE_OK);
  sqlite3_close(database);
}

struct Follower {
  explicit Follower(const std::filesystem::path& file) : store(file) {
    QObject::connect(&store, &StoreFollower::changed, [this] { ++changes; });
  }
  StoreFollower store;
  int changes = 0;
};

}  // namespace

TEST_CASE("The window waits for a store, reads it when it appears, and again when it was written") {
  const tests::TempDir temp;
  const auto file = temp.path() / "store.sqlite";
  Follower follower(file);
  follower.store.look();
  CHECK(follower.store.state() == State::kWaiting);

  write(file, 1);
  follower.store.look();
  CHECK(follower.store.state() == State::kFollowing);
  CHECK(follower.store.snapshot().visits == 1);
  CHECK(follower.store.snapshot().groups == std::vector<std::string>{"all", "login"});
  CHECK(follower.changes == 1);

  follower.store.look();
  CHECK(follower.changes == 1);
  write(file, 2);
  follower.store.look();
  CHECK(follower.changes == 2);
  CHECK(follower.store.snapshot().visits == 2);
}

TEST_CASE("Another page group is read at once") {
  const tests::TempDir temp;
  const auto file = temp.path() / "store.sqlite";
  write(file, 5);
  Follower follower(file);
  follower.store.look();
  CHECK(follower.store.snapshot().histograms.at(0).sum == 5);
  follower.store.setGroup("login");
  CHECK(follower.store.snapshot().histograms.at(0).sum == 1);
}

TEST_CASE("A store of a newer version is told, once, and followed when it can be read") {
  const tests::TempDir temp;
  const auto file = temp.path() / "store.sqlite";
  write(file, 1);
  std::filesystem::copy_file(file, temp.path() / "newer.sqlite");
  makeNewer(temp.path() / "newer.sqlite");
  std::filesystem::rename(file, temp.path() / "old.sqlite");
  std::filesystem::rename(temp.path() / "newer.sqlite", file);

  Follower follower(file);
  follower.store.look();
  follower.store.look();
  CHECK(follower.store.state() == State::kUnreadable);
  CHECK(follower.store.reason().contains(QStringLiteral("9999")));
  CHECK(follower.changes == 1);
  std::filesystem::rename(temp.path() / "old.sqlite", file);
  follower.store.look();
  CHECK(follower.store.state() == State::kFollowing);
}

TEST_CASE("A store that was erased and made anew is read anew") {
  const tests::TempDir temp;
  const auto file = temp.path() / "store.sqlite";
  write(file, 1);
  Follower follower(file);
  follower.store.look();
  write(temp.path() / "fresh.sqlite", 1);
  write(temp.path() / "fresh.sqlite", 2);
  std::filesystem::rename(temp.path() / "fresh.sqlite", file);
  follower.store.look();
  CHECK(follower.store.snapshot().visits == 2);
  std::filesystem::remove(file);
  follower.store.look();
  CHECK(follower.store.state() == State::kWaiting);
  CHECK(follower.store.snapshot().visits == 0);
}
