#include "uploader/outbox.h"

#include <catch2/catch.hpp>

#include "tests/uploader/uploader_fixture.h"
#include "uploader/delivery.h"
#include "uploader/sealer.h"

using namespace dwell;
using namespace dwell::tests;
using uploader::Outbox;
using uploader::Step;
using namespace std::chrono_literals;

namespace {

struct Fixture : UploaderFixture {
  Outbox outbox{database};

  /// Ids of so many sealed reports of one visit each, the oldest first.
  std::vector<std::string> sealMany(int count) {
    std::vector<std::string> ids;
    for (int i = 0; i < count; ++i) {
      record(nextVisit, nextVisit);
      ++nextVisit;
      REQUIRE(uploader::seal(database, frame, now));
      now += 1min;
      ids.push_back(reader.reports().front().id);
    }
    return ids;
  }
  std::int64_t kept() {
    std::int64_t bytes = 0;
    for (const auto& report : reader.reports()) bytes += report.readable ? report.size : 0;
    return bytes;
  }
  monitor::SealedReport report(const std::string& id) {
    for (const auto& each : reader.reports()) {
      if (each.id == id) return each;
    }
    throw std::runtime_error("no such report");
  }
  std::int64_t nextVisit = 1;
};

}  // namespace

TEST_CASE_METHOD(Fixture,
                 "an outbox that is too full lets go of what was delivered, then of the oldest that waits") {
  const auto ids = sealMany(6);
  const std::int64_t each = report(ids[0]).size + 40;  // ids and times differ by some bytes
  outbox.delivered(ids[0], {now, "{}"}, {now, 201, {}, "delivered", ""});
  outbox.quarantine(ids[1], "refused", {now, 422, {}, "quarantined", ""});
  outbox.keepWithin({each * 3, {}}, now);
  CHECK(kept() <= each * 3);
  CHECK(report(ids[0]).state == "delivered");
  CHECK_FALSE(report(ids[0]).readable);
  CHECK(report(ids[1]).reason == "refused");
  CHECK_FALSE(report(ids[1]).readable);
  CHECK(report(ids[2]).state == "quarantined");
  CHECK_FALSE(report(ids[2]).readable);
  for (const int i : {3, 4, 5}) CHECK(report(ids[static_cast<std::size_t>(i)]).state == "waiting");

  // What had to go is counted, and the next report tells it.
  record(100, 100);
  run();
  std::map<std::string, std::int64_t> told;
  for (const auto& request : transport.requests) {
    for (const auto& [cause, count] : decoded(request.body).losses) told[cause] += count;
  }
  CHECK(told == std::map<std::string, std::int64_t>{{"outbox.full", 1}, {"outbox.full.visits", 1}});
  for (const auto& loss : reader.losses()) CHECK(loss.count == 1);
  CHECK(transport.requests.size() == 4);
}

TEST_CASE_METHOD(Fixture, "losses that a report told before it had to go are told by another") {
  monitor::Batch batch = batchAt(now);
  batch.losses = {{"queue.full", 3}};
  store.write(batch);
  sealMany(2);
  outbox.keepWithin({0, {}}, now);
  sealMany(1);
  outbox.keepWithin({0, {}}, now);
  record(100, 100);
  run();
  REQUIRE(transport.requests.size() == 1);
  CHECK(
      decoded(transport.requests[0].body).losses ==
      std::map<std::string, std::int64_t>{{"queue.full", 3}, {"outbox.full", 3}, {"outbox.full.visits", 3}});
  for (const auto& loss : reader.losses()) CHECK(loss.count == 3);
}

TEST_CASE_METHOD(Fixture, "reports wait for ever, unless the settings name days") {
  const auto ids = sealMany(2);
  const WallTime later = now + std::chrono::days(400);
  outbox.keepWithin({1 << 20, {}}, later);
  CHECK(report(ids[0]).state == "waiting");
  outbox.keepWithin({1 << 20, Millis(std::chrono::days(30))}, later);
  CHECK(report(ids[0]).state == "quarantined");
  CHECK(report(ids[1]).state == "quarantined");
  CHECK(kept() == 0);
  CHECK_FALSE(outbox.retry(ids[0]));
}

TEST_CASE_METHOD(Fixture, "a refused report can be made to wait again, with its number and its bytes") {
  const auto id = sealMany(1)[0];
  const auto bytes = reader.reportBody(id);
  transport.answer = [](const auto&) { return FakeTransport::status(422, "no"); };
  run();
  CHECK(report(id).state == "quarantined");
  REQUIRE(outbox.retry(id));
  CHECK(report(id).state == "waiting");
  CHECK(reader.reportBody(id) == bytes);
  transport.answer = FakeTransport::accepted;
  CHECK(run().step == Step::kIdle);
  CHECK(report(id).state == "delivered");
  CHECK(outbox.retry(id).error().what == "this report is settled: delivered");
  CHECK_FALSE(outbox.retry("nobody"));
}

TEST_CASE_METHOD(Fixture, "the audit tells what was sent to where, and keeps the collector's word") {
  const auto id = sealMany(1)[0];
  transport.answer = [](const auto&) { return FakeTransport::status(503); };
  step();
  now += 24h;
  transport.answer = FakeTransport::accepted;
  run();
  const auto audit = reader.audit();
  REQUIRE(audit.size() == 2);
  CHECK(audit[0].outcome == "retry");
  CHECK(audit[0].status == 503);
  CHECK(audit[0].collector == "https://research.example");
  CHECK_FALSE(audit[0].receipt);
  CHECK(audit[1].outcome == "delivered");
  CHECK(audit[1].report == id);
  CHECK(audit[1].sequence == 1);
  CHECK(audit[1].sha256 == report(id).sha256);
  CHECK(audit[1].received == wallTime(1'800'000'100'000));
  CHECK(nlohmann::json::parse(audit[1].receipt.value())["id"] == id);
}

TEST_CASE_METHOD(Fixture, "a receipt is for one report and one content") {
  const auto id = sealMany(1)[0];
  const auto waiting = outbox.find(id).value();
  const auto text = [&](const std::string& of, const std::string& sha256) {
    return nlohmann::json{{"id", of}, {"sha256", sha256}, {"received_ms", 5}}.dump();
  };
  CHECK(uploader::receiptFor(waiting, text(id, waiting.sha256))->received == wallTime(5));
  CHECK_FALSE(uploader::receiptFor(waiting, text(id, std::string(64, '0'))));
  CHECK_FALSE(uploader::receiptFor(waiting, text("other", waiting.sha256)));
  CHECK_FALSE(uploader::receiptFor(waiting, "<html>"));
}
