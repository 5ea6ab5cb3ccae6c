#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/gzip.h"
#include "collector/secret.h"
#include "schemas/report_codec.h"
#include "schemas/visit_codec.h"
#include "tests/collector/child_process.h"
#include "tests/collector/http_client.h"
#include "tests/schemas/random_report.h"
#include "tests/support/temp_dir.h"

// dwell-collector as it is run: its command line, real requests over loopback, kill -9.

using namespace dwell;
using namespace dwell::test;
using Json = nlohmann::ordered_json;

namespace {

constexpr auto kClient = "11111111-2222-4333-8444-555555555555";

Finished collectorRun(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), DWELL_BIN_DIR "/dwell-collector");
  return runProgram(arguments);
}

/// A running `dwell-collector serve`.
class RunningCollector {
 public:
  explicit RunningCollector(const std::filesystem::path& data)
      : process_({DWELL_BIN_DIR "/dwell-collector", "serve", "--listen", "127.0.0.1:0", "--data", data}) {
    const std::string line = process_.readLine();
    REQUIRE(line.rfind("listening on 127.0.0.1:", 0) == 0);
    port_ = static_cast<std::uint16_t>(std::stoi(line.substr(line.rfind(':') + 1)));
  }
  std::uint16_t port() const { return port_; }
  ChildProcess& process() { return process_; }

 private:
  ChildProcess process_;
  std::uint16_t port_ = 0;
};

struct Membership {
  std::string token, experiment;
};

Membership enrol(HttpClient& client, const std::filesystem::path& data) {
  const auto made = collectorRun({"experiment", "create", "Reading at home", "--data", data});
  REQUIRE(made.exitCode == 0);
  const std::string code = made.out.substr(0, made.out.size() - 1);
  const auto answer = client.post("/v1/enrol", R"({"code":")" + code + R"("})", {});
  REQUIRE(answer.status == 201);
  const auto json = Json::parse(answer.body);
  CHECK(json["experiment"]["name"] == "Reading at home");
  return {json["token"], json["experiment"]["id"]};
}

HttpAnswer post(HttpClient& client, const std::string& token, const std::string& id,
                const std::string& body) {
  return client.post("/v1/reports", body,
                     {"Authorization: Bearer " + token, "Content-Type: application/json",
                      "Content-Encoding: gzip", "Dwell-Report-Id: " + id});
}

Json storedReports(const std::filesystem::path& data) {
  const auto printed = collectorRun({"reports", "--data", data, "--json"});
  REQUIRE(printed.exitCode == 0);
  return Json::parse(printed.out);
}

}  // namespace

TEST_CASE("a machine enrols, sends, repeats; what it sent is printed as rows") {
  tests::TempDir dir;
  RunningCollector collector(dir.path());
  HttpClient client(collector.port());
  const auto member = enrol(client, dir.path());
  const auto report = oneVisitReport(1, kClient, member.experiment);
  const std::string body = gzipPack(schemas::encodeReport(report));

  const auto first = post(client, member.token, report.id, body);
  CHECK(first.status == 201);
  CHECK(first.headers.at("dwell-experiment-revision") == "1");
  const auto receipt = Json::parse(first.body);
  CHECK(receipt["id"] == report.id);
  CHECK(receipt["sha256"] == collector::hex(collector::sha256(body)));

  const auto repeat = post(client, member.token, report.id, body);
  CHECK(repeat.status == 200);
  CHECK(repeat.body == first.body);

  auto changed = report;
  changed.visits.clear();
  CHECK(post(client, member.token, report.id, gzipPack(schemas::encodeReport(changed))).status == 422);
  CHECK(post(client, "wrong", report.id, body).status == 401);

  const Json stored = storedReports(dir.path());
  REQUIRE(stored.size() == 1);
  CHECK(stored[0]["client"] == kClient);
  CHECK(stored[0]["id"] == report.id);
  CHECK(stored[0]["sequence"] == 1);
  CHECK(stored[0]["bytes"] == body.size());
  CHECK(stored[0]["sha256"] == receipt["sha256"]);
  CHECK(stored[0]["received_ms"] == receipt["received_ms"]);
  const Json& printed = stored[0]["report"];
  CHECK(printed["visits"] == Json::array({schemas::toJson(report.visits[0], Millis(15'000))}));
  CHECK(printed["histograms"][0]["name"] == "Engagement.AttentionTime");
  CHECK(printed["histograms"][0]["kind"] == "exponential");
  CHECK(printed["histograms"][0]["count"] == 1);
  CHECK(printed["histograms"][0]["buckets"] ==
        Json::array({{{"low", 58'000}, {"high", 66'000}, {"count", 1}}}));
  CHECK(printed["histograms"][0]["day"] == 19'675);

  const auto table = collectorRun({"reports", "--data", dir.path()});
  CHECK(table.out.find(report.id) != std::string::npos);
  CHECK(table.out.find("1 report\n") != std::string::npos);
}

TEST_CASE("an acknowledged report outlives kill -9") {
  tests::TempDir dir;
  Membership member;
  Json receipts = Json::array();
  {
    RunningCollector collector(dir.path());
    HttpClient client(collector.port());
    member = enrol(client, dir.path());
    for (int sequence = 1; sequence <= 5; ++sequence) {
      const auto report = oneVisitReport(sequence, kClient, member.experiment);
      const auto answer = post(client, member.token, report.id, gzipPack(schemas::encodeReport(report)));
      REQUIRE(answer.status == 201);
      receipts.push_back(Json::parse(answer.body));
    }
    collector.process().signal(SIGKILL);
    CHECK(collector.process().wait().exitCode == -1);
  }
  RunningCollector collector(dir.path());
  const Json stored = storedReports(dir.path());
  REQUIRE(stored.size() == 5);
  for (std::size_t i = 0; i < stored.size(); ++i) {
    CHECK(stored[i]["id"] == receipts[i]["id"]);
    CHECK(stored[i]["sha256"] == receipts[i]["sha256"]);
  }
  HttpClient client(collector.port());
  const auto report = oneVisitReport(5, kClient, member.experiment);
  const auto repeat = post(client, member.token, report.id, gzipPack(schemas::encodeReport(report)));
  CHECK(repeat.status == 200);
  CHECK(Json::parse(repeat.body) == receipts[4]);
}

TEST_CASE("bombs and oversized bodies are refused, and the collector goes on") {
  tests::TempDir dir;
  RunningCollector collector(dir.path());
  HttpClient client(collector.port());
  const auto member = enrol(client, dir.path());
  const auto bomb = post(client, member.token, kClient, gzipPack(std::string(64 << 20, ' ')));
  CHECK(bomb.status == 400);
  CHECK(Json::parse(bomb.body)["error"] == "the body inflates to more than is accepted");
  CHECK(post(client, member.token, kClient, std::string(5 << 20, 'x')).status == 413);
  CHECK(client.get("/readyz").status == 200);
  CHECK(storedReports(dir.path()) == Json::array());
}

TEST_CASE("SIGTERM and SIGINT stop the server cleanly") {
  for (const int signal : {SIGTERM, SIGINT}) {
    tests::TempDir dir;
    RunningCollector collector(dir.path());
    HttpClient client(collector.port());
    REQUIRE(client.get("/healthz").status == 200);  // leaves a connection open
    collector.process().signal(signal);
    CHECK(collector.process().wait().exitCode == 0);
  }
}

TEST_CASE("what the person must put right is said on stderr, with exit code 2") {
  tests::TempDir dir;
  RunningCollector collector(dir.path());
  const std::string used = "127.0.0.1:" + std::to_string(collector.port());
  const auto portInUse = collectorRun({"serve", "--listen", used, "--data", dir.path()});
  CHECK(portInUse.exitCode == 2);
  CHECK(portInUse.err.find(used + ": the port is in use by another program") != std::string::npos);

  const auto beyond = collectorRun({"serve", "--listen", "0.0.0.0:0", "--data", dir.path()});
  CHECK(beyond.exitCode == 2);
  CHECK(beyond.err.find("has no TLS") != std::string::npos);

  REQUIRE(collectorRun({"experiment", "create", "one", "--data", dir.path()}).exitCode == 0);
  const auto taken = collectorRun({"experiment", "create", "one", "--data", dir.path()});
  CHECK(taken.exitCode == 2);
  CHECK(taken.err.find("exists already") != std::string::npos);

  const auto nothing = collectorRun({"reports", "--data", dir.path() / "absent"});
  CHECK(nothing.exitCode == 2);
  CHECK(nothing.err.find("no collector's database") != std::string::npos);

  CHECK(collectorRun({"serve", "--data", dir.path()}).exitCode == 2);
  CHECK(collectorRun({"unknown"}).exitCode == 2);
}

TEST_CASE("every verb explains itself") {
  for (const std::vector<std::string>& verb :
       {std::vector<std::string>{}, {"serve"}, {"experiment"}, {"experiment", "create"}, {"reports"}}) {
    auto arguments = verb;
    arguments.push_back("--help");
    const auto help = collectorRun(arguments);
    CHECK(help.exitCode == 0);
    CHECK(help.out.find("Usage") != std::string::npos);
  }
}

TEST_CASE("an experiment's settings come of a file as machines have one, and can be changed") {
  const tests::TempDir dir;
  const std::string file = dir.path() / "shop.toml";
  std::ofstream(file) << "[scope]\ninclude = [\"https://shop.example/*\"]\n";
  CHECK(collectorRun({"experiment", "create", "shop", "--file", file, "--data", dir.path()}).exitCode == 0);
  std::ofstream(file) << "[scope]\ninclude = [\"https://shop.example/cart*\"]\n";
  const auto updated = collectorRun({"experiment", "update", "shop", "--file", file, "--data", dir.path()});
  CHECK(updated.exitCode == 0);
  CHECK(updated.out.find("revision 2") == 0);
  std::ofstream(file) << "[scope]\ninclude = 7\n";
  const auto wrong = collectorRun({"experiment", "update", "shop", "--file", file, "--data", dir.path()});
  CHECK(wrong.exitCode == 2);
  CHECK(wrong.err.find("shop.toml:2") != std::string::npos);
  std::ofstream(file) << "";
  CHECK(collectorRun({"experiment", "update", "shopp", "--file", file, "--data", dir.path()}).exitCode == 2);
  CHECK(collectorRun({"experiment", "create", "none", "--file", file + "x", "--data", dir.path()}).exitCode ==
        2);
}

TEST_CASE("an experiment can be made in JSON, with its id") {
  tests::TempDir dir;
  const auto made = collectorRun({"experiment", "create", "two", "--data", dir.path(), "--json"});
  const auto json = Json::parse(made.out);
  CHECK(json["name"] == "two");
  CHECK(json["id"].get<std::string>().size() == 36);
  CHECK(json["code"].get<std::string>().size() == 23);
}
