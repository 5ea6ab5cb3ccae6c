#include "collector/ingest.h"

#include "collector/secret.h"
#include "collector/spool.h"
#include "tests/collector/collector_room.h"

using namespace dwell;
using namespace dwell::collector;
using test::CollectorRoom;
using test::kClient;
using test::oneVisitReport;
using Json = nlohmann::json;

TEST_CASE("a report is on disk, byte for byte, when its receipt is given") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto report = oneVisitReport(1, kClient, member.experiment);
  const std::string body = gzipPack(schemas::encodeReport(report));
  const auto response = room.send(CollectorRoom::reportRequest(member.token, report.id), body);
  CHECK(response.status == 201);
  CHECK(test::headerOf(response, "Dwell-Experiment-Revision") == "1");
  CHECK(Json::parse(response.body) ==
        Json{{"id", report.id}, {"sha256", hex(sha256(body))}, {"received_ms", toMs(room.now)}});

  auto database = room.database();
  std::size_t seen = 0;
  forEachReport(database, [&](const SpooledReport& spooled) {
    ++seen;
    CHECK(spooled.report.body == body);
    CHECK(spooled.report.client == kClient);
    CHECK(spooled.report.sequence == 1);
    CHECK(spooled.experiment == member.experiment);
  });
  CHECK(seen == 1);
}

TEST_CASE("the same report again gets the first receipt again") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto report = oneVisitReport(1, kClient, member.experiment);
  const auto first = room.post(member.token, report);
  room.now += std::chrono::hours(1);
  const auto second = room.post(member.token, report);
  CHECK(first.status == 201);
  CHECK(second.status == 200);
  CHECK(second.body == first.body);

  auto withoutId = CollectorRoom::reportRequest(member.token, report.id);
  withoutId.headers.pop_back();
  const auto third = room.send(withoutId, gzipPack(schemas::encodeReport(report)));
  CHECK(third.status == 200);
  CHECK(third.body == first.body);
  CHECK(room.count("report") == 1);
}

TEST_CASE("the same report id with other bytes is refused and kept in quarantine") {
  CollectorRoom room;
  const auto member = room.enrol();
  auto report = oneVisitReport(1, kClient, member.experiment);
  REQUIRE(room.post(member.token, report).status == 201);
  report.visits[0].attentionMs += 1;
  const auto response = room.post(member.token, report);
  CHECK(response.status == 422);
  CHECK(Json::parse(response.body)["pointer"] == "/id");
  CHECK(room.count("report") == 1);
  CHECK(room.count("quarantine") == 1);
}

TEST_CASE("two requests with one report at the same time store it once") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto report = oneVisitReport(1, kClient, member.experiment);
  const std::string body = gzipPack(schemas::encodeReport(report));
  std::vector<std::future<Response>> answers;
  answers.reserve(8);
  for (int i = 0; i < 8; ++i) {
    answers.push_back(room.begin(CollectorRoom::reportRequest(member.token, report.id), body));
  }
  int created = 0;
  for (auto& answer : answers) {
    REQUIRE(answer.wait_for(test::kDeadline) == std::future_status::ready);
    const int status = answer.get().status;
    CHECK((status == 200 || status == 201));
    created += status == 201 ? 1 : 0;
  }
  CHECK(created == 1);
  CHECK(room.count("report") == 1);
}

TEST_CASE("a token sends for the client of its first accepted report only") {
  CollectorRoom room;
  const auto member = room.enrol();
  auto invalid = oneVisitReport(1, test::kOtherClient, "another experiment");
  CHECK(room.post(member.token, invalid).status == 422);  // binds nothing
  CHECK(room.post(member.token, oneVisitReport(1, kClient, member.experiment)).status == 201);
  CHECK(room.post(member.token, oneVisitReport(1, test::kOtherClient, member.experiment)).status == 403);
  CHECK(room.post(member.token, oneVisitReport(2, kClient, member.experiment)).status == 201);
  CHECK(room.count("report") == 2);
}

TEST_CASE("without a token that is known here the header is enough to refuse") {
  CollectorRoom room;
  auto request = CollectorRoom::reportRequest("0000", "");
  request.contentLength = 1'000;
  const auto unknown = room.routes().admit(request);
  REQUIRE(std::holds_alternative<Response>(unknown));
  CHECK(std::get<Response>(unknown).status == 401);
  request.headers.erase(request.headers.begin());
  CHECK(std::get<Response>(room.routes().admit(request)).status == 401);
}

TEST_CASE("what is too large, or no gzip of JSON, is refused by its header") {
  CollectorRoom room;
  const auto member = room.enrol();
  auto request = CollectorRoom::reportRequest(member.token, "");
  request.contentLength = Limits{}.reportBytes + 1;
  const auto tooLarge = std::get<Response>(room.routes().admit(request));
  CHECK(tooLarge.status == 413);
  CHECK(test::headerOf(tooLarge, "Dwell-Experiment-Revision") == "1");

  request.contentLength = 10;
  request.headers[2].second = "br";
  CHECK(std::get<Response>(room.routes().admit(request)).status == 415);
}

TEST_CASE("a report that is known gets its first receipt, also when the limit has become too low for it") {
  tests::TempDir dir;
  CollectorRoom::Membership member;
  auto report = oneVisitReport(1, kClient, "");
  std::string receipt;
  {
    CollectorRoom room(Limits{}, dir.path());
    member = room.enrol();
    report.experiment = member.experiment;
    const auto first = room.post(member.token, report);
    REQUIRE(first.status == 201);
    receipt = first.body;
  }
  Limits lower;
  lower.reportBytes = 100;
  CollectorRoom room(lower, dir.path());
  const auto again = room.post(member.token, report);
  CHECK(again.status == 200);
  CHECK(again.body == receipt);
  CHECK(room.post(member.token, oneVisitReport(2, kClient, member.experiment)).status == 413);

  std::string body = gzipPack(schemas::encodeReport(report));
  body.back() = static_cast<char>(body.back() ^ 1);
  const auto request = CollectorRoom::reportRequest(member.token, report.id);
  CHECK(room.send(request, body).status == 422);  // as long, but other bytes
  auto longer = request;
  longer.contentLength = body.size() + 1;
  const auto unread = room.routes().admit(longer);
  REQUIRE(std::holds_alternative<Response>(unread));
  CHECK(std::get<Response>(unread).status == 422);
  CHECK(room.count("report") == 1);
}

TEST_CASE("an invalid report is answered with the fault's JSON pointer and kept in quarantine") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto request = CollectorRoom::reportRequest(member.token, "");
  auto json = Json::parse(schemas::encodeReport(oneVisitReport(1, kClient, member.experiment)));
  json["visits"]["attention_ms"][0] = "a minute";
  const std::string body = gzipPack(json.dump());
  const auto response = room.send(request, body);
  CHECK(response.status == 400);
  CHECK(Json::parse(response.body) ==
        Json{{"error", "wrong value"},
             {"pointer", "/visits/attention_ms/0"},
             {"expected", "a difference that leads to an integer from 0 to 9007199254740991"}});
  CHECK(room.send(request, body).status == 400);  // again: it is kept once
  CHECK(room.count("quarantine") == 1);
  CHECK(room.send(request, "no gzip at all, but long enough").status == 400);
  CHECK(room.count("quarantine") == 2);
  CHECK(room.count("report") == 0);
}

TEST_CASE("a report must carry the id that its header announced") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto report = oneVisitReport(1, kClient, member.experiment);
  const auto response =
      room.send(CollectorRoom::reportRequest(member.token, kClient), gzipPack(schemas::encodeReport(report)));
  CHECK(response.status == 400);
  CHECK(Json::parse(response.body)["pointer"] == "/id");
}

TEST_CASE("a report that was changed on its way is neither stored nor held against the machine") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto report = oneVisitReport(1, kClient, member.experiment);
  const std::string body = gzipPack(schemas::encodeReport(report));
  auto request = CollectorRoom::reportRequest(member.token, report.id);
  request.headers.emplace_back("dwell-report-sha256", hex(sha256(body)));
  CHECK(room.send(request, body + "x").status == 409);
  CHECK(room.count("report") == 0);
  CHECK(room.count("quarantine") == 0);
  CHECK(room.send(request, body).status == 201);
}

TEST_CASE("what was measured before the consent is refused") {
  CollectorRoom room;
  const auto member = room.enrol();
  auto report = oneVisitReport(1, kClient, member.experiment);
  report.consent.accepted = report.visits[0].start + Millis(1);
  const auto response = room.post(member.token, report);
  CHECK(response.status == 422);
  CHECK(Json::parse(response.body)["pointer"] == "/visits/start_ms/0");
}

TEST_CASE("of several participants each visit goes by its own participant's act") {
  CollectorRoom room;
  const auto member = room.enrol();
  auto report = oneVisitReport(1, kClient, member.experiment);
  report.visits[0].participant = "P2";
  report.consent.participant = "P1";
  auto response = room.post(member.token, report);
  CHECK(response.status == 422);
  CHECK(Json::parse(response.body)["pointer"] == "/visits/participant/0");
  report.others.push_back({report.consent, report.settings});
  report.others[0].consent.participant = "P2";
  report.others[0].consent.accepted = report.visits[0].start + Millis(1);
  response = room.post(member.token, report);
  CHECK(response.status == 422);
  CHECK(Json::parse(response.body)["pointer"] == "/visits/start_ms/0");
  report.others[0].consent.accepted = report.visits[0].start;
  report.consent.accepted = report.visits[0].start + Millis(1);
  CHECK(room.post(member.token, report).status == 201);
}

TEST_CASE("a gzip bomb is refused without being inflated") {
  Limits limits;
  limits.inflatedBytes = 1 << 20;
  CollectorRoom room(limits);
  const auto member = room.enrol();
  const auto request = CollectorRoom::reportRequest(member.token, "");
  const auto response = room.send(request, gzipPack(std::string((1 << 20) + 1, ' ')));
  CHECK(response.status == 400);
  CHECK(Json::parse(response.body)["error"] == "the body inflates to more than is accepted");
}

TEST_CASE("when writes pile up, reports are asked to come later, before their body is read") {
  Limits limits;
  limits.queuedWrites = 1;
  CollectorRoom room(limits);
  const auto member = room.enrol();
  const auto report = [&](int sequence) { return oneVisitReport(sequence, kClient, member.experiment); };
  const auto begin = [&](int sequence) {
    return room.begin(CollectorRoom::reportRequest(member.token, report(sequence).id),
                      gzipPack(schemas::encodeReport(report(sequence))));
  };
  // The writer's thread stands still in this work until it is let go.
  std::promise<void> started, letGo;
  REQUIRE(room.writer().submit(
      [&](SQLite::Database&) {
        started.set_value();
        letGo.get_future().wait();
      },
      [](const std::exception_ptr&) {}));
  started.get_future().wait();

  auto waiting = begin(1);
  auto refused = begin(2);
  REQUIRE(refused.wait_for(test::kDeadline) == std::future_status::ready);
  const auto response = refused.get();
  CHECK(response.status == 503);
  CHECK(test::headerOf(response, "Retry-After") == "30");
  CHECK(test::headerOf(response, "Dwell-Experiment-Revision") == "1");
  CHECK(room.send({"GET", "/readyz", "", {}}, "").status == 503);
  CHECK(room.send({"GET", "/healthz", "", {}}, "").status == 200);

  letGo.set_value();
  REQUIRE(waiting.wait_for(test::kDeadline) == std::future_status::ready);
  CHECK(waiting.get().status == 201);
  CHECK(room.send({"GET", "/readyz", "", {}}, "").status == 200);
}

TEST_CASE("while the disk refuses writes, no report is acknowledged") {
  CollectorRoom room;
  const auto member = room.enrol();
  auto other = room.database();
  other.exec("BEGIN IMMEDIATE");  // as a full disk does: the writer's commit fails, after its busy timeout
  CHECK(room.post(member.token, oneVisitReport(1, kClient, member.experiment)).status == 503);
  CHECK(room.send({"GET", "/readyz", "", {}}, "").status == 503);
  other.exec("ROLLBACK");
  CHECK(room.post(member.token, oneVisitReport(1, kClient, member.experiment)).status == 201);
  CHECK(room.send({"GET", "/readyz", "", {}}, "").status == 200);
}
