#include "collector/erasure.h"

#include <fstream>
#include <iterator>

#include "tests/collector/collector_room.h"

using namespace dwell;
using namespace dwell::collector;
using test::CollectorRoom;
using test::kClient;
using test::kOtherClient;
using test::oneVisitReport;
using Json = nlohmann::json;

namespace {

Response erase(CollectorRoom& room, const std::string& token, const std::string& client) {
  return room.send({"DELETE", "/v1/clients/" + client, "", {{"authorization", "Bearer " + token}}}, "");
}

/// Whether any file of the collector's folder holds the bytes.
bool onDisk(const CollectorRoom& room, const std::string& bytes) {
  for (const auto& entry : std::filesystem::directory_iterator(room.folder())) {
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string content((std::istreambuf_iterator<char>(in)), {});
    if (content.find(bytes) != std::string::npos) return true;
  }
  return false;
}

/// Gzip, and as such found on disk: its middle.
std::string middleOf(const std::string& body) { return body.substr(body.size() / 2, 60); }

}  // namespace

TEST_CASE("erasing takes a client's reports and quarantined bytes out of every file, and nobody else's") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto other = room.enrol();
  const auto report = oneVisitReport(1, kClient, member.experiment);
  const auto foreign = oneVisitReport(1, kOtherClient, other.experiment);
  const std::string body = gzipPack(schemas::encodeReport(report));
  const std::string kept = gzipPack(schemas::encodeReport(foreign));
  const std::string early = "refused before the first report: " + std::string(80, 'e');
  const std::string late = "refused after the first report: " + std::string(80, 'l');
  REQUIRE(room.send(CollectorRoom::reportRequest(member.token, ""), early).status == 400);
  REQUIRE(room.send(CollectorRoom::reportRequest(member.token, report.id), body).status == 201);
  REQUIRE(room.post(member.token, oneVisitReport(2, kClient, member.experiment)).status == 201);
  REQUIRE(room.send(CollectorRoom::reportRequest(member.token, ""), late).status == 400);
  REQUIRE(room.send(CollectorRoom::reportRequest(other.token, foreign.id), kept).status == 201);
  REQUIRE((onDisk(room, middleOf(body)) && onDisk(room, early) && onDisk(room, late)));

  const auto response = erase(room, member.token, kClient);
  CHECK(response.status == 200);
  CHECK(test::headerOf(response, "Dwell-Experiment-Revision") == "1");
  CHECK(Json::parse(response.body) ==
        Json{{"client", kClient}, {"erased_ms", toMs(room.now)}, {"reports", 2}, {"quarantined", 2}});
  CHECK_FALSE(onDisk(room, middleOf(body)));
  CHECK_FALSE(onDisk(room, early));
  CHECK_FALSE(onDisk(room, late));
  CHECK(onDisk(room, middleOf(kept)));
  CHECK(room.count("report") == 1);
  CHECK(room.count("quarantine") == 0);
}

TEST_CASE("asked again, an erasure gives its first answer again") {
  CollectorRoom room;
  const auto member = room.enrol();
  REQUIRE(room.post(member.token, oneVisitReport(1, kClient, member.experiment)).status == 201);
  const auto first = erase(room, member.token, kClient);
  room.now += std::chrono::hours(1);
  const auto second = erase(room, member.token, kClient);
  CHECK(second.status == 200);
  CHECK(second.body == first.body);
}

TEST_CASE("a late report of an erased client is refused, also with a token of its own") {
  CollectorRoom room;
  auto database = room.database();
  const auto code = createExperiment(database, "reading", room.now)->code;
  const auto member = room.enrol(code);
  const auto report = oneVisitReport(1, kClient, member.experiment);
  REQUIRE(room.post(member.token, report).status == 201);
  REQUIRE(erase(room, member.token, kClient).status == 200);
  const auto late = room.post(member.token, report);
  CHECK(late.status == 403);
  CHECK(Json::parse(late.body)["error"] ==
        "this client's data was erased at its request, and no more is taken");
  CHECK(room.post(room.enrol(code).token, oneVisitReport(2, kClient, member.experiment)).status == 403);
  CHECK(room.post(room.enrol(code).token, oneVisitReport(2, kOtherClient, member.experiment)).status == 201);
  CHECK(room.count("report") == 1);
  CHECK(room.count("quarantine") == 0);
}

TEST_CASE("a client is erased with its own token only") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto other = room.enrol();
  const auto fresh = room.enrol();
  REQUIRE(room.post(member.token, oneVisitReport(1, kClient, member.experiment)).status == 201);
  REQUIRE(room.post(other.token, oneVisitReport(1, kOtherClient, other.experiment)).status == 201);
  CHECK(erase(room, "wrong", kClient).status == 401);
  CHECK(erase(room, other.token, kClient).status == 403);
  CHECK(erase(room, fresh.token, kClient).status == 403);
  CHECK(room.count("report") == 2);
  CHECK(room.send({"DELETE", "/v1/clients/", "", {}}, "").status == 404);
}

TEST_CASE("a machine that has sent nothing can opt out, and what it sends late is refused") {
  CollectorRoom room;
  const auto member = room.enrol();
  const auto response = erase(room, member.token, kClient);
  CHECK(response.status == 200);
  CHECK(Json::parse(response.body)["reports"] == 0);
  CHECK(room.post(member.token, oneVisitReport(1, kClient, member.experiment)).status == 403);
  CHECK(erase(room, room.enrol().token, kClient).status == 403);
}

TEST_CASE("an erasure that cannot be completed is not acknowledged") {
  CollectorRoom room;
  const auto member = room.enrol();
  REQUIRE(room.post(member.token, oneVisitReport(1, kClient, member.experiment)).status == 201);
  auto reader = room.database();
  reader.exec("BEGIN");
  reader.execAndGet("SELECT COUNT(*) FROM report");  // the log cannot be cut under it
  const auto refused = erase(room, member.token, kClient);
  CHECK(refused.status == 503);
  CHECK(test::headerOf(refused, "Retry-After") == "30");
  reader.exec("COMMIT");
  const auto done = erase(room, member.token, kClient);
  CHECK(done.status == 200);
  CHECK(Json::parse(done.body)["reports"] == 1);
}
