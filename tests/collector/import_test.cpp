#include "collector/import.h"

#include <fstream>
#include <iterator>

#include "tests/collector/collector_room.h"

using namespace dwell;
using namespace dwell::test;
using collector::ImportedFile;
using Outcome = ImportedFile::Outcome;

namespace {

struct Fixture {
  CollectorRoom room;
  tests::TempDir exported;
  SQLite::Database database = room.database();
  std::string experiment =
      collector::createExperiment(database, "At home", wallTime(1'700'000'000'000)).value().id;

  void write(const std::string& name, const std::string& bytes) {
    std::ofstream(exported.path() / name, std::ios::binary) << bytes;
  }
  std::string packed(std::int64_t sequence, const std::string& of) {
    return gzipPack(schemas::encodeReport(oneVisitReport(sequence, kClient, of)));
  }
  std::vector<ImportedFile> import() {
    std::vector<ImportedFile> files;
    const auto done = collector::importReports(database, exported.path(), {}, room.now,
                                               [&](const ImportedFile& file) { files.push_back(file); });
    REQUIRE(done);
    return files;
  }
  std::string receipt(const std::string& name) {
    std::ifstream in(exported.path() / name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "reports that came as files are kept once, each with its receipt") {
  const std::string body = packed(1, experiment);
  write("report-1-a.json.gz", body);
  write("report-2-b.json.gz", packed(2, experiment));
  write("notes.txt", "not one of them");
  const auto first = import();
  REQUIRE(first.size() == 2);
  CHECK(first[0].outcome == Outcome::kNew);
  CHECK(room.count("report") == 2);
  const std::string receipt1 = receipt("report-1-a.receipt.json");
  const auto json = nlohmann::json::parse(receipt1);
  CHECK(json["id"] == first[0].id);
  CHECK(json["sha256"] == collector::hex(collector::sha256(body)));
  CHECK(json["received_ms"] == toMs(room.now));

  room.now += std::chrono::hours(1);
  for (const auto& file : import()) CHECK(file.outcome == Outcome::kKnown);
  CHECK(room.count("report") == 2);
  CHECK(receipt("report-1-a.receipt.json") == receipt1);
}

TEST_CASE_METHOD(Fixture,
                 "what cannot be kept is named with its reason, and keeps nothing else from coming in") {
  write("report-1-a.json.gz", "no gzip");
  write("report-2-b.json.gz", gzipPack("{}"));
  write("report-3-c.json.gz", packed(3, "another-experiment"));
  write("report-4-d.json.gz", packed(4, experiment));
  auto other = oneVisitReport(4, kClient, experiment);
  other.visits[0].attentionMs = 1;
  write("report-5-e.json.gz", gzipPack(schemas::encodeReport(other)));
  const auto files = import();
  REQUIRE(files.size() == 5);
  for (const std::size_t i : {0U, 1U, 2U, 4U}) {
    CHECK(files[i].outcome == Outcome::kRefused);
    CHECK_FALSE(files[i].reason.message().empty());
  }
  CHECK(files[2].reason.where == "/experiment");
  CHECK(files[3].outcome == Outcome::kNew);
  CHECK(files[4].reason.where == "/id");
  CHECK(room.count("report") == 1);
  CHECK_FALSE(std::filesystem::exists(exported.path() / "report-5-e.receipt.json"));
}

TEST_CASE_METHOD(Fixture, "a folder that is not there is an error") {
  CHECK_FALSE(
      collector::importReports(database, exported.path() / "nowhere", {}, room.now, [](const auto&) {}));
}
