#include <SQLiteCpp/Database.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "monitor/store/reader.h"
#include "monitor/store/salvage.h"
#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

// kill -9 in place of each change that a salvage makes to the disk. This test is linked with
// tests/faults/disk_shim.cpp, which does the killing.

using namespace dwell;
using namespace dwell::tests;
using monitor::Reader;
using monitor::Store;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kVisits = 100;

/// A damaged store as a kill leaves it, a part of it in the WAL only.
void makeDamaged(const fs::path& folder) {
  const fs::path file = folder / "store.sqlite";
  const pid_t child = fork();
  if (child == 0) {
    Store store = Store::open(file).value();
    for (std::int64_t id = 1; id <= kVisits; ++id) {
      auto batch = batchAt(kMorning + std::chrono::minutes(id));
      batch.ended = {closedVisit(id, "https://shop.example/" + std::to_string(id % 20))};
      store.write(batch);
      if (id == kVisits / 2) SQLite::Database(file, SQLite::OPEN_READWRITE).exec("PRAGMA wal_checkpoint");
    }
    _exit(0);
  }
  REQUIRE(waitpid(child, nullptr, 0) == child);
  // A page of visits that the WAL does not have.
  std::int64_t page = 0;
  {
    const fs::path copy = folder / "copy.sqlite";
    fs::copy_file(file, copy);
    SQLite::Database database(copy, SQLite::OPEN_READWRITE);
    page = database
               .execAndGet(
                   "SELECT pageno FROM dbstat WHERE name = 'visit' AND pagetype = 'leaf' "
                   "ORDER BY path LIMIT 1 OFFSET 1")
               .getInt64();
  }
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().filename().string().rfind("copy", 0) == 0) fs::remove(entry.path());
  }
  std::fstream out(file, std::ios::in | std::ios::out | std::ios::binary);
  out.seekp((page - 1) * 1'024);
  out << std::string(1'024, '\xA5');
}

/// Salvages in a process of its own, which is killed at that change. Gives whether it was.
bool salvagedUntil(const fs::path& folder, int change) {
  const pid_t child = fork();
  if (child == 0) {
    setenv("DWELL_SHIM_UNDER", folder.c_str(), 1);
    setenv("DWELL_SHIM_KILL_AT", std::to_string(change).c_str(), 1);
    (void)monitor::salvageIfDamaged(folder / "store.sqlite");
    _exit(0);
  }
  int status = 0;
  REQUIRE(waitpid(child, &status, 0) == child);
  REQUIRE((WIFSIGNALED(status) || WEXITSTATUS(status) == 0));
  return WIFSIGNALED(status);
}

std::vector<std::int64_t> visitsOf(const fs::path& file) {
  std::vector<std::int64_t> ids;
  Reader::open(file).value().eachVisit({}, [&](schemas::Visit&& visit) { ids.push_back(visit.id); });
  return ids;
}

int count(const fs::path& folder, const std::string& part) {
  int found = 0;
  for (const auto& entry : fs::directory_iterator(folder))
    found += entry.path().filename().string().find(part) != std::string::npos ? 1 : 0;
  return found;
}

}  // namespace

TEST_CASE("a salvage that is killed, wherever, is finished by the next start") {
  const TempDir original;
  makeDamaged(original.path());
  std::vector<std::int64_t> expected;
  const auto finishesAfter = [&](int change) {
    INFO("killed at change " << change);
    const TempDir dir;
    fs::copy(original.path(), dir.path(), fs::copy_options::recursive);
    const fs::path file = dir.path() / "store.sqlite";
    const bool killed = salvagedUntil(dir.path(), change);
    REQUIRE(monitor::salvageIfDamaged(file));
    if (expected.empty()) expected = visitsOf(file);
    CHECK(visitsOf(file) == expected);
    CHECK(count(dir.path(), ".salvag") == 0);
    CHECK(count(dir.path(), ".damaged-1.txt") == 1);
    CHECK(count(dir.path(), ".damaged-") == 3);  // the file, its WAL, what is said of it
    SQLite::Database database(file, SQLite::OPEN_READWRITE);
    CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(database.execAndGet("SELECT count FROM loss WHERE cause = 'store.salvaged'").getInt() == 1);
    CHECK_FALSE(monitor::salvageIfDamaged(file).value());
    return !killed;
  };
  // Not killed: what all others must come to.
  REQUIRE(finishesAfter(0));
  CHECK(expected.size() < kVisits);
  CHECK(expected.size() > kVisits / 2);
  CHECK(expected.back() == kVisits);
  // Nearly all are writes into the new file; the last ones put it in its place.
  constexpr int kSparse = 29, kLast = 20;
  int end = 1;
  while (!finishesAfter(end)) end += kSparse;
  CHECK(end > 10 * kSparse);
  for (int change = end - kSparse - kLast; change < end; ++change) finishesAfter(change);
}

TEST_CASE("what is set aside by a salvage is as it was, its WAL, too") {
  const TempDir dir;
  makeDamaged(dir.path());
  const fs::path file = dir.path() / "store.sqlite";
  const auto bytes = [](const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  const std::string before = bytes(file), wal = bytes(file.string() + "-wal");
  REQUIRE(wal.size() > 10'000);
  const auto salvage = monitor::salvageIfDamaged(file).value();
  REQUIRE(salvage);
  CHECK(bytes(salvage->setAside) == before);
  CHECK(bytes(salvage->setAside.string() + "-wal") == wal);
  CHECK(salvage->rows.at("visit") == static_cast<std::int64_t>(visitsOf(file).size()));
}
