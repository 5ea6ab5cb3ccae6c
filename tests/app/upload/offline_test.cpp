// A month without the collector, then with it again: the real collector over loopback, the clock of the test.
#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "app/upload/run.h"
#include "base/database.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "monitor/store/store_schema.h"
#include "tests/collector/child_process.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"
#include "uploader/curl_transport.h"
#include "uploader/enrolment.h"
#include "uploader/report_frame.h"
#include "uploader/sealer.h"

using namespace dwell;
using namespace dwell::tests;
using namespace std::chrono_literals;
using app::UploadExit;
using Json = nlohmann::json;

namespace {

const std::string kCollector = std::string(DWELL_BIN_DIR) + "/dwell-collector";
const std::string kMachine = monitor::machineHash("machine");
constexpr std::int64_t kDays = 30, kVisitsADay = 1'000;
/// A visit takes some 30 bytes: about a third of the month.
constexpr std::int64_t kOutboxBytes = 300'000;

/// Counts the reports that are sent.
class Counting : public uploader::Transport {
 public:
  explicit Counting(uploader::Transport& real) : real_(real) {}
  tl::expected<uploader::HttpAnswer, uploader::NoAnswer> exchange(
      const uploader::HttpRequest& request) override {
    if (request.method == uploader::Method::kPost) ++reports;
    return real_.exchange(request);
  }
  std::int64_t reports = 0;

 private:
  uploader::Transport& real_;
};

struct Fixture {
  TempDir dir, collectorDir;
  std::atomic<bool> stop = false;
  uploader::CurlTransport curl{stop};
  Counting transport{curl};
  WallTime now = kMorning;
  Settings settings;
  std::mt19937_64 random{1};
  std::unique_ptr<test::ChildProcess> collector;
  std::string origin, experiment;

  std::string serve(const std::string& listen) {
    collector = std::make_unique<test::ChildProcess>(
        std::vector<std::string>{kCollector, "serve", "--listen", listen, "--data", data()});
    const std::string line = collector->readLine();
    REQUIRE(line.rfind("listening on ", 0) == 0);
    return line.substr(13);
  }
  std::string data() const { return collectorDir.path().string(); }
  std::filesystem::path store() const { return dir.path() / "store.sqlite"; }

  void enrol() {
    const auto made =
        test::runProgram({kCollector, "experiment", "create", "At home", "--json", "--data", data()});
    REQUIRE(made.exitCode == 0);
    const std::string address = serve("127.0.0.1:0");
    origin = "http://" + address;
    const auto answer = uploader::enrol(curl, origin, Json::parse(made.out)["code"]);
    REQUIRE(answer);
    experiment = answer->experiment;
    auto consents = monitor::ConsentStore::open(dir.path()).value();
    consents.accept(consentTo(origin), kMachine);
    consents.enrol({origin, experiment, answer->name, "{}", kMorning}, answer->token);
  }

  std::int64_t number(std::int64_t low, std::int64_t high) {
    return low + static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(high - low + 1));
  }

  /// As unlike each other as those of a person: what is alike costs a report nothing.
  schemas::Visit visit(std::int64_t id, WallTime start) {
    schemas::Visit visit = closedVisit(id, "https://shop.example/" + std::to_string(number(0, 20'000)));
    visit.start = start;
    visit.attentionMs = number(500, 40'000);
    visit.attentionByInputAgeMs = {};
    visit.attentionByInputAgeMs[0] = number(0, visit.attentionMs);
    visit.attentionByInputAgeMs[1] = visit.attentionMs - visit.attentionByInputAgeMs[0];
    visit.end = start + Millis(visit.attentionMs + number(0, 20'000));
    visit.attentionFirst = start + Millis(number(0, 500));
    visit.attentionLast = *visit.attentionFirst + Millis(visit.attentionMs);
    visit.attentionGaps.censoredMs = number(0, visit.attentionMs);
    visit.input = {
        number(0, 300), number(0, 9), number(0, 9), number(0, 99), 0, number(0, 99), 0, number(0, 20'000), 0};
    visit.scrollDepthPercent = static_cast<int>(number(0, 100));
    visit.vitals =
        schemas::Vitals{static_cast<double>(number(300, 2'500)), static_cast<double>(number(8, 200)), 0.01};
    return visit;
  }

  /// A day of visits and of counts, the last some minutes ago.
  void day(std::int64_t nth) {
    monitor::Batch batch = batchAt(now);
    for (std::int64_t i = 1; i <= kVisitsADay; ++i) {
      batch.ended.push_back(visit(nth * kVisitsADay + i, now - 12h + i * Millis(12h - 10min) / kVisitsADay));
    }
    batch.histograms = {samples("Engagement.ActiveTime", kVisitsADay)};
    monitor::Store::open(store()).value().write(batch);
  }

  /// As `dwellctl outbox export` does in a lab without a network. Otherwise a machine without its collector
  /// seals one report and keeps the rest in the store, where its retention bounds it.
  void sealDay() {
    auto consents = monitor::ConsentStore::open(dir.path()).value();
    auto database = openDatabase(store(), monitor::storeSchema()).value();
    const auto frame = uploader::readFrame(database, consents.identity(kMachine, now)->client,
                                           consents.reportTerms(settings, now), consents.enrolment());
    while (uploader::seal(database, frame, now, {200})) {
    }
  }

  UploadExit sealAndSendOneMore() {
    monitor::Batch batch = batchAt(now);
    batch.ended = {visit(kDays * kVisitsADay + 1, now - 5min)};
    monitor::Store::open(store()).value().write(batch);
    return run().exit;
  }

  app::UploadSummary run() {
    app::UploadRun run;
    run.paths.dataDir = dir.path();
    run.settings = settings;
    run.machine = kMachine;
    run.clock = [this] { return now; };
    run.chance = [] { return 0.5; };
    run.stop = &stop;
    return app::runUpload(run, transport).value();
  }

  std::int64_t outboxBytes() {
    std::int64_t bytes = 0;
    for (const auto& report : monitor::Reader::open(store())->reports())
      bytes += report.readable ? report.size : 0;
    return bytes;
  }
  std::int64_t waiting() {
    std::int64_t count = 0;
    for (const auto& report : monitor::Reader::open(store())->reports())
      count += report.state == "waiting" ? 1 : 0;
    return count;
  }
  /// KiB, the most that was resident so far.
  static std::int64_t peakMemory() {
    std::ifstream status("/proc/self/status");
    for (std::string key; status >> key;) {
      if (key != "VmHWM:") continue;
      std::int64_t kib = 0;
      status >> kib;
      return kib;
    }
    return 0;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "30 days offline: bounded, told, and delivered in turns once the collector is back") {
  enrol();
  collector->signal(SIGKILL);
  collector->wait();
  settings.outboxBytes = kOutboxBytes;
  std::int64_t memoryBefore = 0;
  for (std::int64_t nth = 0; nth < kDays; ++nth) {
    now += 24h;
    day(nth);
    sealDay();
    for (int i = 0; i < 12; ++i) {
      CHECK(run().exit == UploadExit::kLater);
      CHECK(outboxBytes() <= settings.outboxBytes);
      now += 30min;
    }
    now -= 6h;
    if (nth == 3) memoryBefore = peakMemory();
  }
  CHECK(transport.reports < 60);  // 5 min doubled to 24 h, in 30 days
  CHECK(peakMemory() - memoryBefore < 24L * 1024);

  serve(origin.substr(7));
  now += 48h;
  std::int64_t turns = 0;
  for (;; ++turns) {
    const std::int64_t before = transport.reports;
    const auto summary = run();
    CHECK(transport.reports - before <= 20);
    if (summary.exit == UploadExit::kDone) break;
    REQUIRE(summary.exit == UploadExit::kLater);
    REQUIRE(summary.nextAttempt);
    const std::int64_t sent = transport.reports;
    CHECK(run().exit == (waiting() > 0 ? UploadExit::kLater : UploadExit::kDone));
    CHECK(transport.reports == sent);  // before its time nothing is
    CHECK(*summary.nextAttempt - now <= 5min);
    now = *summary.nextAttempt;
    REQUIRE(turns < 20);
  }
  CHECK(turns > 0);
  // What went last is told by the next report.
  CHECK(sealAndSendOneMore() == UploadExit::kDone);

  const auto printed = test::runProgram({kCollector, "reports", "--data", data(), "--json"});
  std::set<std::int64_t> visits;
  std::int64_t lostVisits = 0, lostReports = 0, samplesSent = 0;
  for (const auto& report : Json::parse(printed.out)) {
    for (const auto& visit : report["report"]["visits"])
      CHECK(visits.insert(visit["id"].get<std::int64_t>()).second);
    for (const auto& histogram : report["report"]["histograms"])
      samplesSent += histogram["sum"].get<std::int64_t>();
    lostVisits += report["report"]["losses"].value("outbox.full.visits", std::int64_t{0});
    lostReports += report["report"]["losses"].value("outbox.full", std::int64_t{0});
  }
  CHECK(lostVisits > kDays * kVisitsADay / 3);
  CHECK(static_cast<std::int64_t>(visits.size()) + lostVisits == kDays * kVisitsADay + 1);
  CHECK(samplesSent <= kDays * kVisitsADay);
  // The machine's own count, the rows of the outbox and what the collector was told are the same.
  std::map<std::string, std::int64_t> counted;
  std::int64_t dropped = 0;
  const auto reader = monitor::Reader::open(store()).value();
  for (const auto& loss : reader.losses()) counted[loss.cause] += loss.count;
  for (const auto& report : reader.reports()) dropped += report.state == "quarantined" ? 1 : 0;
  CHECK(counted["outbox.full"] == lostReports);
  CHECK(counted["outbox.full.visits"] == lostVisits);
  CHECK(dropped == lostReports);
}
