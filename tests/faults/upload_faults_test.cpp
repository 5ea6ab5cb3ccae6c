#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "base/gzip.h"
#include "base/machine.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/store.h"
#include "schemas/report_codec.h"
#include "tests/app/agent/child.h"
#include "tests/collector/http_client.h"
#include "tests/faults/shimmed.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

// dwell-upload and dwell-collector as they are, on disks that fill up, become read-only, or under kill -9 at
// their writes: each visit arrives once.

using namespace dwell;
using namespace dwell::tests;

namespace {

constexpr std::int64_t kVisits = 30;

/// A machine with something to report, and its research server.
struct Place {
  TempDir dir;
  std::filesystem::path machine = dir.path() / "machine", research = dir.path() / "research";
  Shim machineDisk{machine, dir.path() / "machine.disk"},
      researchDisk{research, dir.path() / "research.disk"};
  std::unique_ptr<Child> collector;
  int port = 0;

  Place() {
    serve(researchDisk.environment());
    Child create(DWELL_BIN_DIR "/dwell-collector", {"experiment", "create", "hoses", "--data", research});
    const std::string code = create.line();
    REQUIRE(create.wait() == 0);
    const auto answer = client().post("/v1/enrol", R"({"code":")" + code + R"("})", {});
    REQUIRE(answer.status == 201);
    const auto enrolled = nlohmann::json::parse(answer.body);
    const std::string origin = "http://127.0.0.1:" + std::to_string(port);
    std::filesystem::create_directories(machine);
    auto consents = monitor::ConsentStore::open(machine).value();
    consents.accept(consentTo(origin), monitor::machineHash(readMachineId()));
    consents.enrol({origin, enrolled["experiment"]["id"], "hoses", "{}", kMorning}, enrolled["token"]);
    monitor::Batch batch = batchAt(kMorning);
    for (std::int64_t id = 1; id <= kVisits; ++id) batch.ended.push_back(closedVisit(id));
    batch.histograms = {samples("Engagement.ActiveTime", kVisits)};
    monitor::Store::open(machine / "store.sqlite").value().write(batch);
  }

  /// At the same port as before; false if it could not begin.
  bool serve(const std::map<std::string, std::string>& environment) {
    collector = std::make_unique<Child>(
        DWELL_BIN_DIR "/dwell-collector",
        std::vector<std::string>{"serve", "--listen", "127.0.0.1:" + std::to_string(port), "--data",
                                 research},
        environment);
    const std::string line = collector->line();
    if (line.rfind("listening on", 0) != 0) return false;
    port = std::stoi(line.substr(line.rfind(':') + 1));
    return true;
  }
  test::HttpClient client() const { return test::HttpClient(static_cast<std::uint16_t>(port)); }

  /// dwell-upload's exit code, or minus the signal.
  int upload(const std::map<std::string, std::string>& environment) const {
    Child program(DWELL_BIN_DIR "/dwell-upload",
                  {"--data-dir", machine, "--config", dir.path() / "config.toml", "--now"}, environment);
    return program.wait();
  }

  /// Each visit and each count once, in reports that the machine knows as delivered.
  void requireAllOnce() const {
    SQLite::Database spool(research / "collector.sqlite", SQLite::OPEN_READWRITE);
    REQUIRE(spool.execAndGet("PRAGMA integrity_check").getString() == "ok");
    std::multiset<std::int64_t> visits;
    std::int64_t samples = 0;
    SQLite::Statement row(spool, "SELECT body FROM report");
    int reports = 0;
    for (; row.executeStep(); ++reports) {
      const auto report =
          schemas::decodeReport(gzipUnpack(row.getColumn(0).getString(), 1 << 24).value()).value();
      for (const auto& visit : report.visits) visits.insert(visit.id);
      for (const auto& histogram : report.histograms) {
        for (const auto& bucket : histogram.buckets) samples += bucket.count;
      }
    }
    CHECK(visits.size() == kVisits);
    CHECK(std::set<std::int64_t>(visits.begin(), visits.end()).size() == kVisits);
    CHECK(samples == kVisits);
    SQLite::Database store(machine / "store.sqlite", SQLite::OPEN_READWRITE);
    REQUIRE(store.execAndGet("PRAGMA integrity_check").getString() == "ok");
    CHECK(store.execAndGet("SELECT count(*) FROM report WHERE state = 'delivered'").getInt() == reports);
    CHECK(store.execAndGet("SELECT count(*) FROM report").getInt() == reports);
  }
};

}  // namespace

TEST_CASE("dwell-upload keeps everything on a disk that is full or read-only, and sends it once afterwards") {
  const bool full = GENERATE(true, false);
  Place place;
  full ? place.machineDisk.full() : place.machineDisk.readOnly();
  CHECK(place.upload(place.machineDisk.environment()) == 1);
  place.machineDisk.well();
  CHECK(place.upload(place.machineDisk.environment()) == 0);
  place.requireAllOnce();
}

TEST_CASE("a collector whose disk is full or read-only answers 503, stays up, and stores once when it can") {
  const bool full = GENERATE(true, false);
  Place place;
  full ? place.researchDisk.full() : place.researchDisk.readOnly();
  CHECK(place.upload({}) == 3);
  CHECK(place.client().get("/healthz").status == 200);
  CHECK(place.client().get("/readyz").status == 503);
  place.researchDisk.well();
  CHECK(place.upload({}) == 0);
  CHECK(place.client().get("/readyz").status == 200);
  place.requireAllOnce();
}

TEST_CASE("kill -9 at any write of dwell-upload: each visit arrives once") {
  constexpr int kSparse = 9;
  bool killed = true;
  for (int at = 1; killed; at += kSparse) {
    INFO("killed at change " << at);
    Place place;
    killed = place.upload(place.machineDisk.killedAt(at)) == -SIGKILL;
    CHECK(place.upload({}) == 0);
    place.requireAllOnce();
  }
}

TEST_CASE("kill -9 at any write of dwell-collector: each visit arrives once") {
  constexpr int kSparse = 3;
  bool killed = true;
  for (int at = 1; killed; at += kSparse) {
    INFO("killed at change " << at);
    Place place;
    REQUIRE(place.collector->end(SIGTERM) == 0);
    if (place.serve(place.researchDisk.killedAt(at))) place.upload({});
    killed = place.collector->end(SIGTERM) == -SIGKILL;
    REQUIRE(place.serve({}));
    CHECK(place.upload({}) == 0);
    place.requireAllOnce();
  }
}
