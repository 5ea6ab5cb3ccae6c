#include "app/upload/run.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>

#include "monitor/store/consent_store.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "tests/support/fake_transport.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using app::UploadExit;

namespace {

const std::string kCollector = "https://research.example";
const std::string kMachine = monitor::machineHash("machine");

struct Fixture {
  TempDir dir;
  FakeTransport transport;
  WallTime now = kMorning + std::chrono::hours(12);
  std::atomic<bool> stop = false;
  Settings settings;

  monitor::ConsentStore consents() { return monitor::ConsentStore::open(dir.path()).value(); }
  void consent() { consents().accept(consentTo(kCollector), kMachine); }
  void enrol() { consents().enrol({kCollector, "exp-1", "Hoses", "{}", kMorning}, "secret"); }
  void record(std::int64_t id, const std::optional<std::string>& participant = {}) {
    monitor::Batch batch = batchAt(now);
    batch.ended = {closedVisit(id)};
    batch.ended[0].participant = participant;
    monitor::Store::open(dir.path() / "store.sqlite").value().write(batch);
  }

  app::UploadSummary run(const std::string& machine = kMachine) {
    app::UploadRun run;
    run.paths.dataDir = dir.path();
    run.settings = settings;
    run.machine = machine;
    run.clock = [this] { return now; };
    run.chance = [] { return 0.0; };
    run.stop = &stop;
    return app::runUpload(run, transport).value();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "before consent and enrolment nothing is sent, and the next step is told") {
  CHECK(run().exit == UploadExit::kNeedsPerson);
  CHECK(run().message == "nothing was recorded yet, and no consent given; see and give it: dwellctl consent");
  enrol();
  record(1);
  CHECK(run().message == "no consent is in force; see and give it: dwellctl consent");
  consents().accept(consentTo("https://other.example"), kMachine);
  CHECK(run().message ==
        "the consent in force does not name the collector of this machine's enrolment; see and give it: "
        "dwellctl consent");
  CHECK(transport.requests.empty());
}

TEST_CASE_METHOD(Fixture, "with consent but without enrolment or token the next step is to enrol") {
  consent();
  CHECK(run().message == "this machine is not enrolled; enrol it: dwellctl enrol URL CODE");
  enrol();
  std::filesystem::remove(dir.path() / "token");
  CHECK(run().outcome == "not_enrolled");
}

TEST_CASE_METHOD(Fixture, "a token that others can read is not used") {
  consent();
  enrol();
  record(1);
  std::filesystem::permissions(dir.path() / "token", std::filesystem::perms(0644));
  CHECK(run().outcome == "not_enrolled");
  CHECK(run().message ==
        (dir.path() / "token").string() +
            ": the token can be read by others (expected one that nobody else has seen: remove "
            "the file, then dwellctl enrol URL CODE)");
  CHECK(transport.requests.empty());
}

TEST_CASE_METHOD(Fixture, "all that waits is sealed and sent in one run") {
  consent();
  enrol();
  record(1);
  const auto summary = run();
  CHECK(summary.exit == UploadExit::kDone);
  CHECK(app::summaryText(summary) == "nothing is left to send (sealed 1, delivered 1, refused 0, divided 0)");
  CHECK(app::summaryText(run()) == "nothing new to report");
  REQUIRE(transport.requests.size() == 1);
  CHECK(transport.requests[0].header("Authorization") == "Bearer secret");
}

TEST_CASE_METHOD(Fixture, "after withdrawal nothing is sent, not even what is sealed") {
  consent();
  enrol();
  record(1);
  transport.answer = [](const auto&) { return FakeTransport::status(500); };
  CHECK(run().exit == UploadExit::kLater);
  consents().withdraw(now);
  now += std::chrono::hours(1);
  CHECK(run().outcome == "no_consent");
  CHECK(transport.requests.size() == 1);
}

TEST_CASE_METHOD(Fixture,
                 "of several participants, who withdraws has nothing sent, not even what is sealed") {
  settings.consentPerParticipant = true;
  auto act = consentTo(kCollector);
  for (const char* label : {"P1", "P2"}) {
    act.participant = label;
    consents().accept(act, kMachine);
  }
  enrol();
  record(1, "P1");
  transport.answer = [](const auto&) { return FakeTransport::status(503); };
  CHECK(run().sealed == 1);
  consents().withdraw(now, "P1");
  record(2, "P1");
  record(3, "P2");
  now += std::chrono::hours(1);
  const auto reports = [&] { return monitor::Reader::open(dir.path() / "store.sqlite")->reports(); };
  transport.answer = FakeTransport::accepted;
  CHECK(run().delivered == 1);
  REQUIRE(reports().size() == 2);
  for (const auto& report : reports()) {
    CHECK(report.visits == 1);
    CHECK(report.state == (report.sequence == 1 ? "quarantined" : "delivered"));
  }
}

TEST_CASE_METHOD(Fixture, "a failure says when it is tried again; a refusal what to do") {
  consent();
  enrol();
  record(1);
  transport.answer = [](const auto&) { return FakeTransport::status(500, "out of order"); };
  const auto later = run();
  CHECK(later.exit == UploadExit::kLater);
  CHECK(later.nextAttempt == now + std::chrono::minutes(5));
  CHECK(later.message == "not sent: answer 500: out of order");
  const auto json = nlohmann::json::parse(app::summaryJson(later));
  CHECK(json["outcome"] == "later");
  CHECK(json["sealed"] == 1);
  CHECK(json["next_attempt_ms"] == toMs(now) + 300'000);
  now += std::chrono::minutes(5);
  transport.answer = [](const auto&) { return FakeTransport::status(401); };
  const auto blocked = run();
  CHECK(blocked.exit == UploadExit::kNeedsPerson);
  CHECK(blocked.message ==
        "the collector refuses this machine (answer 401); enrol it: dwellctl enrol URL CODE");
}

TEST_CASE_METHOD(
    Fixture, "newer settings of the experiment are fetched and kept, once, and only such as are understood") {
  consent();
  enrol();
  record(1);
  std::string described =
      R"({"id":"exp-1","name":"Hoses","revision":7,"settings":{"scope":{"url_detail":"origin"}}})";
  transport.answer = [&](const FakeTransport::Request& request) -> FakeTransport::Answer {
    if (request.method == uploader::Method::kGet) {
      CHECK(request.url == kCollector + "/v1/experiment");
      CHECK(request.header("Authorization") == "Bearer secret");
      return FakeTransport::status(200, described);
    }
    auto answer = FakeTransport::accepted(request);
    answer->revision = 7;
    return answer;
  };
  CHECK(run().settingsRevision == 7);
  CHECK(consents().enrolment()->revision == 7);
  CHECK(consents().enrolment()->settings == R"({"scope":{"url_detail":"origin"}})");
  record(2);
  CHECK_FALSE(run().settingsRevision);
  CHECK(transport.requests.size() == 3);

  for (const char* wrong : {"", "[]", R"({"id":"exp-2","name":"x","revision":8,"settings":{}})",
                            R"({"id":"exp-1","name":"x","revision":8,"settings":{"scope":{"fly":1}}})",
                            R"({"id":"exp-1","name":"x","revision":-8,"settings":{}})"}) {
    described = wrong;
    record(consents().enrolment()->revision + static_cast<std::int64_t>(transport.requests.size()));
    transport.answer = [&](const FakeTransport::Request& request) -> FakeTransport::Answer {
      if (request.method == uploader::Method::kGet) return FakeTransport::status(200, described);
      auto answer = FakeTransport::accepted(request);
      answer->revision = 8;
      return answer;
    };
    const auto summary = run();
    CHECK(summary.exit == UploadExit::kDone);
    CHECK(summary.delivered == 1);
    CHECK(consents().enrolment()->revision == 7);
  }
}

TEST_CASE_METHOD(Fixture, "a stop between two steps leaves the rest waiting") {
  consent();
  enrol();
  record(1);
  stop = true;
  CHECK(run().exit == UploadExit::kStopped);
  CHECK(transport.requests.empty());
}

TEST_CASE_METHOD(Fixture, "two do not send from one store") {
  consent();
  enrol();
  record(1);
  const int other = ::open((dir.path() / "upload.lock").c_str(), O_CREAT | O_RDWR, 0600);
  REQUIRE(::flock(other, LOCK_EX) == 0);
  CHECK(run().outcome == "busy");
  ::close(other);
  CHECK(run().delivered == 1);
}

TEST_CASE_METHOD(Fixture, "a clone sends nothing of the original's and has to be enrolled") {
  consent();
  enrol();
  record(1);
  transport.answer = [](const auto&) { return FakeTransport::status(500); };
  run();
  record(2);
  CHECK(run(monitor::machineHash("clone")).outcome == "not_enrolled");
  CHECK(monitor::Reader::open(dir.path() / "store.sqlite")->reports().at(0).state == "quarantined");
  consents().enrol({kCollector, "exp-1", "Hoses", "{}", now}, "other");
  transport.answer = FakeTransport::accepted;
  CHECK(run(monitor::machineHash("clone")).message == "nothing new to report");
}
