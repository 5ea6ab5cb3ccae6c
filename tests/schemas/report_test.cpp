#include <catch2/catch.hpp>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "schemas/report_codec.h"
#include "schemas/visit_codec.h"
#include "tests/schemas/random_report.h"

using namespace dwell;
using namespace dwell::schemas;

namespace {

/// The report as rows, written here field by field and with section 12's codec: not the codec under test.
Json rows(const Report& r) {
  Json json;
  json["scalars"] = {r.id,
                     r.sequence,
                     r.client,
                     r.experiment,
                     r.arm ? Json(*r.arm) : Json(),
                     toMs(r.periodStart),
                     toMs(r.periodEnd),
                     r.environment.os,
                     r.environment.agentVersion,
                     r.environment.locale,
                     r.environment.timeZone,
                     r.environment.inputSource,
                     r.settings.idleThresholdMs,
                     r.settings.sessionPauseMs,
                     r.settings.urlDetail,
                     r.settings.include,
                     r.settings.exclude,
                     r.consent.textSha256,
                     r.consent.level,
                     toMs(r.consent.accepted),
                     r.losses};
  for (const auto& b : r.environment.browsers) json["browsers"].push_back({b.brand, b.version});
  for (const auto& h : r.histograms) {
    Json buckets = Json::array();
    for (const auto& b : h.buckets) buckets.push_back({b.low, b.high, b.count});
    json["histograms"].push_back({h.name, h.group, h.day, h.sum, buckets});
  }
  for (const auto& v : r.visits) json["visits"].push_back(toJson(v, Millis(15'000)));
  for (const auto& s : r.sessions) json["sessions"].push_back(toJson(s));
  for (const auto& t : r.trajectories) json["trajectories"].push_back(toJson(t));
  for (const auto& s : r.searches) json["searches"].push_back(toJson(s));
  for (const auto& m : r.marks) json["marks"].push_back({toMs(m.time), m.name, m.value});
  for (const auto& c : r.coverage) {
    json["coverage"].push_back({c.day, c.runningS, c.recordingS, c.pausedS, c.withoutConsentS,
                                c.browserConnectedS, c.attentionInScopeMs, c.attentionOutOfScopeMs});
  }
  return json;
}

/// What version 2 brought, and the rows.
Json rows2(const Report& r) {
  Json json = rows(r);
  const auto known = [](const std::optional<bool>& flag) { return flag ? Json(*flag) : Json(); };
  for (const auto& b : r.environment.browsers) {
    json["browser_facts"].push_back(
        {known(b.managed), known(b.metricsReporting), known(b.urlKeyedReporting)});
  }
  json["scalars_2"] = {
      r.settings.keepParameters, r.settings.searchWords,
      r.settings.level,          r.consent.words,
      r.consent.parameters,      r.consent.participant ? Json(*r.consent.participant) : Json()};
  for (const auto& [consent, settings] : r.others) {
    json["others"].push_back({consent.textSha256, consent.level, toMs(consent.accepted), consent.words,
                              consent.parameters, consent.participant ? Json(*consent.participant) : Json(),
                              settings.idleThresholdMs, settings.sessionPauseMs, settings.urlDetail,
                              settings.include, settings.exclude, settings.keepParameters,
                              settings.searchWords, settings.level});
  }
  return json;
}

Report sample() { return test::oneVisitReport(1, "11111111-2222-4333-8444-555555555555", "experiment"); }

/// The error of the sample report after `change` to its JSON.
template <class Change>
Error errorAfter(Change change) {
  auto json = nlohmann::json::parse(encodeReport(sample()));
  change(json);
  const auto decoded = decodeReport(json.dump());
  REQUIRE_FALSE(decoded.has_value());
  return decoded.error();
}

}  // namespace

TEST_CASE("a report comes back from JSON with every field it had") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 150; ++i) {
    const Report report = test::randomReport(random, /*rows=*/12);
    const std::string json = encodeReport(report);
    const auto decoded = decodeReport(json);
    if (!decoded) FAIL(decoded.error().message());
    REQUIRE(rows2(*decoded) == rows2(report));
    REQUIRE(encodeReport(*decoded) == json);
  }
}

TEST_CASE("a report of version 1 says what it said") {
  std::ifstream file(DWELL_SOURCE_DIR "/tests/schemas/reports_version_1.jsonl");
  int reports = 0;
  for (std::string report, expected; std::getline(file, report) && std::getline(file, expected); ++reports) {
    const auto decoded = decodeReport(report);
    if (!decoded) FAIL(decoded.error().message());
    REQUIRE(rows(*decoded) == Json::parse(expected));
    CHECK(decoded->consent.words == "off");
  }
  CHECK(reports == 10);
}

TEST_CASE("of visits as the tracker makes them, what follows from other columns is no more than zeros") {
  Report report = sample();
  Visit& visit = report.visits[0];
  visit.attentionGaps.count = {3, 1, 0, 0, 0, 1};
  visit.attentionGaps.sumMs = {1'200, 1'700, 0, 0, 0, 12'000};
  visit.attentionByInputAgeMs = {1'200 + 1'000 + 1'000 + 400, 700 + 1'000, 1'000, 2'000, 5'000, 2'000};
  visit.attentionGaps.censoredMs = 400;
  visit.attentionMs = 15'300;
  visit.end = visit.start + Millis(15'300);
  visit.attentionFirst = visit.start;
  visit.attentionLast = visit.end;
  Visit next = visit;
  next.id = visit.id + 1;
  next.sourceVisit = visit.id;
  next.start = visit.end;
  next.end = next.start + Millis(15'300);
  next.attentionFirst = next.start;
  next.attentionLast = next.end;
  report.visits.push_back(next);
  const auto visits = nlohmann::json::parse(encodeReport(report))["visits"];
  CHECK(visits["start_ms"][1].is_null());
  CHECK(visits["attention_by_input_age_ms"][1] == nlohmann::json{400});
  CHECK(visits["attention_gaps"]["sum_ms"][1] == nlohmann::json{1'200, 700, 0, 0, 0, 2'000});
  for (const char* column :
       {"end_ms", "attention_ms", "censored_ms", "attention_first_ms", "attention_last_ms"}) {
    CHECK(visits[column][1] == 0);
  }
  CHECK(visits["source_visit"][1] == 1);
  CHECK(visits["url"] == nlohmann::json{0, 1});
}

TEST_CASE("a report without measurements is a valid report") {
  Report report = sample();
  report.visits.clear();
  report.histograms.clear();
  const auto decoded = decodeReport(encodeReport(report));
  REQUIRE(decoded.has_value());
  CHECK(decoded->visits.empty());
}

TEST_CASE("text that is no UTF-8 does not make a report that the collector refuses") {
  Report report = sample();
  report.visits[0].label = "caf\xe9";
  const auto decoded = decodeReport(encodeReport(report));
  REQUIRE(decoded.has_value());
  CHECK(decoded->visits[0].label == "caf\xef\xbf\xbd");
}

TEST_CASE("a URL that many visits share stands in the report once") {
  Report report = sample();
  report.visits.resize(100, report.visits[0]);
  const auto json = nlohmann::json::parse(encodeReport(report));
  CHECK(json["urls"] == nlohmann::json{"https://example.org/"});
}

TEST_CASE("a fault is named by its JSON pointer, with what would be right") {
  using J = nlohmann::json;
  CHECK(errorAfter([](J& j) { j["visits"]["start_ms"][0] = "noon"; }) ==
        Error{"wrong value", "/visits/start_ms/0",
              "null or a difference that leads to an integer from 0 to 253402300799999"});
  CHECK(errorAfter([](J& j) { j["visits"]["input"]["keys"][0] = -1; }).where == "/visits/input/keys/0");
  CHECK(errorAfter([](J& j) { j.erase("consent"); }) == Error{"missing", "/consent", ""});
  CHECK(errorAfter([](J& j) { j["id"] = "not-a-uuid"; }).expected == "a UUID in lower case");
  CHECK(errorAfter([](J& j) { j["visits"]["a/b~c"] = 1; }).where == "/visits/a~1b~0c");
  CHECK(errorAfter([](J& j) { j["version"] = 3; }) ==
        Error{"a report version that is not known here", "/version", "1 or 2"});
  CHECK(decodeReport("[]").error().what.find("not a JSON object") == 0);
  CHECK(decodeReport("").error().expected == "a report as in report.schema.json");
  CHECK(decodeReport(R"({"id": 1)").error().where.empty());
}

TEST_CASE("what the schema cannot say is refused as well") {
  using J = nlohmann::json;
  CHECK(errorAfter([](J& j) { j["visits"]["revisit"].push_back(true); }) ==
        Error{"has 2 entries", "/visits/revisit", "1 as in the table's first column"});
  CHECK(errorAfter([](J& j) { j["visits"]["url"][0] = 1; }) ==
        Error{"wrong value", "/visits/url/0",
              "a place in /urls, counted back from the next new one; it has 1"});
  CHECK(errorAfter([](J& j) { j["visits"]["id"][0] = 0; }).where == "/visits/id/0");
  CHECK(errorAfter([](J& j) { j["visits"]["end_ms"][0] = -1'700'000'260'001; }).where == "/visits/end_ms/0");
  CHECK(errorAfter([](J& j) { j["histograms"]["buckets"]["row"][0] = 1; }).where ==
        "/histograms/buckets/row/0");
  CHECK(errorAfter([](J& j) { j["histograms"]["buckets"]["high"][0] = 58'000; }).where ==
        "/histograms/buckets/low/0");
  CHECK(errorAfter([](J& j) {
          j["visits"]["attention_by_input_age_ms"][0] = {10, -1};
        }).where == "/visits/attention_by_input_age_ms/0");
  CHECK(errorAfter([](J& j) { j["visits"]["start_ms"][0] = nullptr; }) ==
        Error{"the source visit is no row before this one", "/visits/start_ms/0",
              "a difference that leads to an integer from 0 to 253402300799999"});
}

TEST_CASE("a table may not have more rows than the limit") {
  CHECK(errorAfter([](nlohmann::json& j) {
          for (auto& column : j["marks"]) column = std::vector<int>(65'537, 0);
        }) == Error{"too many rows", "/marks", "at most 65536"});
}

TEST_CASE("an integer beyond 64 bits is refused, not wrapped") {
  CHECK(errorAfter([](nlohmann::json& j) { j["sequence"] = std::numeric_limits<std::uint64_t>::max(); }) ==
        Error{"wrong value", "/sequence", "an integer from 1 to 9007199254740991"});
}

TEST_CASE("a member that comes twice is refused") {
  std::string json = encodeReport(sample());
  json.insert(1, "\"sequence\":7,");
  const auto decoded = decodeReport(json);
  REQUIRE_FALSE(decoded.has_value());
  CHECK(decoded.error().where == "/sequence");
}
