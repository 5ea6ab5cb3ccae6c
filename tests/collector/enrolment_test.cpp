#include <algorithm>
#include <fstream>

#include "collector/secret.h"
#include "tests/collector/collector_room.h"

using namespace dwell;
using namespace dwell::collector;
using test::CollectorRoom;

TEST_CASE("an enrolment code is exchanged for a token and the experiment's settings") {
  CollectorRoom room;
  auto database = room.database();
  const auto made = createExperiment(database, "Reading at home", room.now);
  REQUIRE(made.has_value());
  const auto response = room.send({"POST", "/v1/enrol", "", {}}, R"({"code":")" + made->code + R"("})");
  CHECK(response.status == 201);
  CHECK(test::headerOf(response, "Dwell-Experiment-Revision") == "1");
  const auto json = nlohmann::json::parse(response.body);
  CHECK(json["token"].get<std::string>().size() == 64);
  CHECK(json["experiment"] == nlohmann::json{{"id", made->id},
                                             {"name", "Reading at home"},
                                             {"revision", 1},
                                             {"settings", nlohmann::json::object()}});
}

TEST_CASE("an enrolment code may be typed without dashes, in lower case, with O for 0") {
  CollectorRoom room;
  auto database = room.database();
  const auto made = createExperiment(database, "one", room.now);
  std::string typed;
  for (const char c : made->code) {
    if (c == '-') continue;
    typed += c == '0' ? 'o' : static_cast<char>(std::tolower(c));
  }
  CHECK(room.send({"POST", "/v1/enrol", "", {}}, R"({"code":")" + typed + R"("})").status == 201);
}

TEST_CASE("a wrong code, or none, is refused") {
  CollectorRoom room;
  room.enrol();
  const collector::Request enrol{"POST", "/v1/enrol", "", {}};
  CHECK(room.send(enrol, R"({"code":"00000-00000-00000-00000"})").status == 403);
  CHECK(room.send(enrol, R"({"code":""})").status == 403);
  CHECK(room.send(enrol, R"({"code":7})").status == 400);
  CHECK(room.send(enrol, "{}").status == 400);
  CHECK(room.send(enrol, "[1").status == 400);
  CHECK(room.send(enrol, std::string(5'000, ' ')).status == 413);
  CHECK(room.count("token") == 1);
}

TEST_CASE("neither codes nor tokens can be read from the database") {
  CollectorRoom room;
  auto database = room.database();
  const auto made = createExperiment(database, "one", room.now);
  const auto member = room.enrol(made->code);
  database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  std::ifstream file(database.getFilename(), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  REQUIRE(bytes.find(made->id) != std::string::npos);  // it is the file that holds them
  CHECK(bytes.find(made->code) == std::string::npos);
  CHECK(bytes.find(member.token) == std::string::npos);
}

TEST_CASE("an enrolled machine is given its own experiment's settings as they are now, and their revision") {
  CollectorRoom room;
  auto database = room.database();
  const auto made = createExperiment(database, "one", room.now, R"({"scope":{"level":"origins"}})");
  REQUIRE(createExperiment(database, "two", room.now).has_value());
  const auto member = room.enrol(made->code);
  const collector::Request ask{"GET", "/v1/experiment", "", {{"authorization", "Bearer " + member.token}}};
  auto response = room.send(ask, "");
  CHECK(response.status == 200);
  CHECK(test::headerOf(response, "Dwell-Experiment-Revision") == "1");
  const auto narrower = nlohmann::json::parse(R"({"scope":{"level":"histograms"}})");
  CHECK(updateExperiment(database, "one", narrower.dump()) == 2);
  CHECK(updateExperiment(database, "one", narrower.dump()) == 2);  // nothing changed
  response = room.send(ask, "");
  CHECK(test::headerOf(response, "Dwell-Experiment-Revision") == "2");
  CHECK(nlohmann::json::parse(response.body) ==
        nlohmann::json{{"id", made->id}, {"name", "one"}, {"revision", 2}, {"settings", narrower}});
  CHECK(room.send({"GET", "/v1/experiment", "", {}}, "").status == 401);
  CHECK(updateExperiment(database, "three", "{}").error().what == "there is no experiment of this name");
}

TEST_CASE("an experiment needs a name of its own") {
  CollectorRoom room;
  auto database = room.database();
  REQUIRE(createExperiment(database, "one", room.now).has_value());
  CHECK(createExperiment(database, "one", room.now).error().what ==
        "an experiment of this name exists already");
  CHECK_FALSE(createExperiment(database, "", room.now).has_value());
  CHECK_FALSE(createExperiment(database, "two\nlines", room.now).has_value());
  CHECK_FALSE(createExperiment(database, std::string(201, 'x'), room.now).has_value());
}

TEST_CASE("secrets are random and digests are those of the standard") {
  CHECK(newToken() != newToken());
  CHECK(newUuid() != newUuid());
  CHECK(newEnrolmentCode() != newEnrolmentCode());
  const std::string code = newEnrolmentCode();
  CHECK(code.size() == 23);
  CHECK(std::count(code.begin(), code.end(), '-') == 3);
  CHECK(normalEnrolmentCode(code) == code);
  // FIPS 180-4, "abc"
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
