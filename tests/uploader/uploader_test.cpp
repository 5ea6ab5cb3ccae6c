#include "uploader/uploader.h"

#include <catch2/catch.hpp>

#include "tests/uploader/uploader_fixture.h"

using namespace dwell;
using namespace dwell::tests;
using namespace std::chrono_literals;
using uploader::Step;

TEST_CASE_METHOD(UploaderFixture, "what is new is sealed, sent and kept with its receipt") {
  record(1, 2);
  CHECK(step().step == Step::kSealed);
  CHECK(step().step == Step::kDelivered);
  CHECK(step().step == Step::kIdle);
  REQUIRE(transport.requests.size() == 1);
  const auto& request = transport.requests[0];
  const auto report = theOnly("delivered");
  CHECK(request.url == "https://research.example/v1/reports");
  CHECK(request.header("Authorization") == "Bearer secret");
  CHECK(request.header("Content-Type") == "application/json");
  CHECK(request.header("Content-Encoding") == "gzip");
  CHECK(request.header("Dwell-Report-Id") == report.id);
  CHECK(request.header("Dwell-Report-Sha256") == report.sha256);
  CHECK(request.body == reader.reportBody(report.id));
  CHECK(report.received == wallTime(1'800'000'100'000));
  CHECK(report.settled == now);
  CHECK(report.attempts == 1);
  REQUIRE(report.lastAttempt);
  CHECK(report.lastAttempt->status == 201);
  CHECK(reader.uploadState().lastSuccess == now);
}

TEST_CASE_METHOD(UploaderFixture, "a repeat that gets the first receipt again counts as delivered") {
  record(1, 1);
  transport.answer = [](const auto& request) {
    auto answer = FakeTransport::accepted(request);
    answer->status = 200;
    return answer;
  };
  CHECK(run().step == Step::kIdle);
  CHECK(theOnly("delivered").lastAttempt->status == 200);
}

TEST_CASE_METHOD(UploaderFixture, "200 without our receipt delivers nothing") {
  record(1, 1);
  const std::string body =
      GENERATE(std::string(""), std::string("<html>Sign in to the hotel's network</html>"), std::string("{}"),
               std::string("[]"), std::string(R"({"id":"another","sha256":"x","received_ms":1})"),
               std::string("null"));
  transport.answer = [&](const auto&) { return FakeTransport::status(200, body); };
  const auto result = run();
  CHECK(result.step == Step::kRetryLater);
  CHECK(result.nextAttempt == now + 5min);
  CHECK(theOnly("waiting").lastAttempt->outcome == "retry");
}

TEST_CASE_METHOD(UploaderFixture, "a receipt for other bytes delivers nothing") {
  record(1, 1);
  transport.answer = [](auto request) {
    request.body += "mangled by a proxy";
    return FakeTransport::accepted(request);
  };
  CHECK(run().step == Step::kRetryLater);
  CHECK(theOnly("waiting").id == transport.requests[0].header("Dwell-Report-Id"));
}

TEST_CASE_METHOD(UploaderFixture,
                 "400 and 422 put a report into quarantine with its reason, and the next one goes on") {
  const int status = GENERATE(400, 422);
  record(1, 1);
  transport.answer = [&](const auto&) {
    return FakeTransport::status(status, R"({"error":"no schema","pointer":"/visits"})");
  };
  CHECK(run().step == Step::kIdle);
  const auto refused = theOnly("quarantined");
  CHECK(refused.reason ==
        "answer " + std::to_string(status) + R"(: {"error":"no schema","pointer":"/visits"})");
  CHECK(reader.reportBody(refused.id));
  transport.answer = FakeTransport::accepted;
  record(2, 2);
  CHECK(run().step == Step::kIdle);
  CHECK(theOnly("delivered").sequence == 2);
}

TEST_CASE_METHOD(UploaderFixture, "401 and 403 stop sending until the machine is enrolled anew") {
  const int status = GENERATE(401, 403);
  record(1, 1);
  transport.answer = [&](const auto&) { return FakeTransport::status(status, "unknown token"); };
  CHECK(run().step == Step::kBlocked);
  CHECK(reader.uploadState().blocked == "answer " + std::to_string(status) + ": unknown token");
  now += 1h;
  CHECK(run().step == Step::kBlocked);
  CHECK(transport.requests.size() == 1);
  CHECK(theOnly("waiting").visits == 1);

  auto consent = monitor::ConsentStore::open(dir.path()).value();
  consent.enrol({"https://research.example", "exp-1", "Hoses", "{}", now + 1s}, "new");
  CHECK(reader.uploadState().blocked.empty());
  transport.answer = FakeTransport::accepted;
  CHECK(run().step == Step::kIdle);
  CHECK(theOnly("delivered").visits == 1);
}

TEST_CASE_METHOD(UploaderFixture, "when a person asks, a blocked or waiting report is tried at once") {
  record(1, 1);
  transport.answer = [](const auto&) { return FakeTransport::status(403); };
  CHECK(run().step == Step::kBlocked);
  transport.answer = [](const auto&) { return FakeTransport::status(500); };
  CHECK(uploader.step(frame, {now, 0, true}).step == Step::kRetryLater);
  transport.answer = FakeTransport::accepted;
  CHECK(uploader.step(frame, {now, 0, true}).step == Step::kDelivered);
  CHECK(reader.uploadState().blocked.empty());
}

TEST_CASE_METHOD(UploaderFixture,
                 "429, 408, 5xx, redirects, whatever else and no answer are tried again later") {
  record(1, 1);
  const int status = GENERATE(429, 408, 500, 502, 503, 599, 301, 302, 307, 204, 404, 418, 100, 999);
  transport.answer = [&](const auto&) { return FakeTransport::status(status); };
  CHECK(run().step == Step::kRetryLater);
  const auto report = theOnly("waiting");
  CHECK(report.lastAttempt->status == status);
  CHECK(report.lastAttempt->outcome == "retry");
  CHECK(transport.requests.size() == 1);
}

TEST_CASE_METHOD(UploaderFixture, "without an answer the wait doubles, and success ends it") {
  record(1, 1);
  transport.answer = [](const auto&) { return FakeTransport::noAnswer("Could not resolve host"); };
  auto result = run();
  CHECK(result.nextAttempt == now + 5min);
  CHECK(result.detail == "Could not resolve host");
  CHECK_FALSE(theOnly("waiting").lastAttempt->status);
  now += 4min;
  CHECK(run().step == Step::kWaiting);
  now += 1min;
  CHECK(run().nextAttempt == now + 10min);
  now += 10min;
  CHECK(run().nextAttempt == now + 20min);
  CHECK(reader.uploadState().failures == 3);
  CHECK(theOnly("waiting").attempts == 3);
  now += 20min;
  transport.answer = FakeTransport::accepted;
  CHECK(run().step == Step::kIdle);
  CHECK(reader.uploadState().failures == 0);
  CHECK_FALSE(reader.uploadState().nextAttempt);
}

TEST_CASE_METHOD(UploaderFixture, "Retry-After is obeyed, also by a program that was started anew") {
  record(1, 1);
  transport.answer = [](const auto&) { return FakeTransport::status(503, "", Millis(40s)); };
  CHECK(run().nextAttempt == now + 40s);
  uploader::Uploader again(database, transport, {"https://research.example", "secret"});
  CHECK(again.step(frame, {now + 39s, 0, false}).step == Step::kWaiting);
  transport.answer = FakeTransport::accepted;
  CHECK(again.step(frame, {now + 40s, 0, false}).step == Step::kDelivered);
}

TEST_CASE_METHOD(UploaderFixture, "a backlog goes before anything new is sealed, in order") {
  record(1, 1);
  transport.answer = [](const auto&) { return FakeTransport::status(500); };
  run();
  record(2, 2);
  now += 1h;
  transport.answer = FakeTransport::accepted;
  CHECK(step().step == Step::kDelivered);
  CHECK(step().step == Step::kSealed);
  CHECK(step().step == Step::kDelivered);
  CHECK(decoded(transport.requests[1].body).visits.at(0).id == 1);
  CHECK(transport.requests[1].body == transport.requests[0].body);
  CHECK(decoded(transport.requests[2].body).visits.at(0).id == 2);
}

TEST_CASE_METHOD(UploaderFixture,
                 "413 seals the content again as two, the first with the old number, until they fit") {
  record(1, 7);
  transport.answer = [](const auto& request) {
    return decoded(request.body).visits.size() > 2 ? FakeTransport::status(413)
                                                   : FakeTransport::accepted(request);
  };
  CHECK(run().step == Step::kIdle);
  std::vector<std::int64_t> visits, sequences;
  std::int64_t counted = 0;
  for (const auto& report : reader.reports()) {
    if (report.state == "replaced") {
      CHECK(report.reason == "too large; sealed again as two");
      CHECK(reader.reportBody(report.id));
      continue;
    }
    CHECK(report.state == "delivered");
    sequences.push_back(report.sequence);
    const auto content = decoded(*reader.reportBody(report.id));
    CHECK(content.sequence == report.sequence);
    CHECK(content.id == report.id);
    for (const auto& visit : content.visits) visits.push_back(visit.id);
    for (const auto& histogram : content.histograms) counted += histogram.buckets.at(0).count;
  }
  std::sort(visits.begin(), visits.end());
  std::sort(sequences.begin(), sequences.end());
  CHECK(visits == std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7});
  CHECK(sequences == std::vector<std::int64_t>{1, 2, 3, 4});
  CHECK(counted == 7);
}

TEST_CASE_METHOD(UploaderFixture, "a report that can't be divided any more is kept in quarantine") {
  record(1, 1);
  transport.answer = [](const auto&) { return FakeTransport::status(413); };
  CHECK(run().step == Step::kIdle);
  CHECK(theOnly("quarantined").reason == "too large for the collector, and can't be divided");
}

TEST_CASE_METHOD(UploaderFixture, "a stop leaves the report waiting as if nothing had been tried") {
  record(1, 1);
  transport.answer = [](const auto&) -> FakeTransport::Answer {
    return tl::unexpected<uploader::NoAnswer>({"Callback aborted", true});
  };
  CHECK(run().step == Step::kStopped);
  CHECK(theOnly("waiting").attempts == 0);
  CHECK_FALSE(reader.uploadState().nextAttempt);
}

TEST_CASE_METHOD(UploaderFixture, "what an answer says is kept as one short line of plain text") {
  record(1, 1);
  transport.answer = [](const auto&) {
    return FakeTransport::status(500, "a\nb\x01\xff" + std::string(10'000, 'c'));
  };
  const auto detail = run().detail;
  CHECK(detail.substr(0, 19) == "answer 500: a b  cc");
  CHECK(detail.size() < 230);
}

TEST_CASE_METHOD(UploaderFixture, "a delivered report can be read for a month, then its digest stays") {
  record(1, 1);
  run();
  const auto id = theOnly("delivered").id;
  now += std::chrono::days(30);
  run();
  CHECK(reader.reportBody(id));
  now += std::chrono::days(2);
  run();
  CHECK_FALSE(reader.reportBody(id));
  CHECK(theOnly("delivered").sha256.size() == 64);
  CHECK_FALSE(theOnly("delivered").readable);
}
