#include "uploader/report_builder.h"

#include <catch2/catch.hpp>
#include <numeric>
#include <random>

#include "schemas/report_codec.h"
#include "tests/schemas/random_report.h"
#include "tests/support/store_samples.h"

using namespace dwell;
using namespace dwell::tests;
using uploader::buildReport;
using uploader::splitReport;

namespace {

std::int64_t samplesOf(const schemas::Report& report) {
  std::int64_t sum = 0;
  for (const auto& histogram : report.histograms) {
    for (const auto& bucket : histogram.buckets) sum += bucket.count;
  }
  return sum;
}

}  // namespace

TEST_CASE("settings and consent in force stand in the report") {
  uploader::ReportFrame frame{"c", "e", {std::string(64, 'a'), "full visits", kMorning}, {}, {}};
  frame.settings.idleThreshold = std::chrono::seconds(30);
  frame.settings.urlDetail = UrlDetail::kOrigin;
  frame.settings.include = {"https://shop.example/*"};
  frame.settings.keepParameters = {"variant"};
  frame.settings.searchWords = SearchWords::kKeyedHash;
  frame.consent.words = "full";
  const auto report = buildReport(frame, {}, "id", 7, kMorning, kMorning + std::chrono::hours(1));
  CHECK(report.sequence == 7);
  CHECK(report.settings.idleThresholdMs == 30'000);
  CHECK(report.settings.sessionPauseMs == 1'800'000);
  CHECK(report.settings.urlDetail == "origin");
  CHECK(report.settings.include == std::vector<std::string>{"https://shop.example/*"});
  CHECK(report.settings.keepParameters == std::vector<std::string>{"variant"});
  CHECK(report.settings.searchWords == "keyed_hash");
  CHECK(report.consent.level == "full visits");
  CHECK(report.consent.words == "full");
  CHECK(report.settings.level == "visits");
  CHECK(report.losses.empty());
}

TEST_CASE("what began before the consent is no part of a report, nor the searches on it") {
  const uploader::ReportFrame frame{"c", "e", {std::string(64, 'a'), "full visits", kMorning}, {}, {}};
  const WallTime early = kMorning - Millis(1);
  monitor::UnreportedRows rows;
  rows.visits = {closedVisit(-1), closedVisit(0), closedVisit(1)};
  rows.sessions = {{1, early, kMorning, 1, 0}, {2, kMorning, kMorning, 1, 0}};
  rows.trajectories = {{1, "", "s", early, kMorning, "logout", {1}, 1, 0}};
  rows.searches = {{1, "g", "q", 1, {-1, 1}, {}}, {2, "g", "q", 1, {1}, {}}};
  rows.marks = {{early, "a", "b"}};
  rows.losses = {{"queue.full", 1}};
  const auto report = buildReport(frame, rows, "id", 1, kMorning, kMorning);
  CHECK(report.visits.size() == 2);
  CHECK(report.sessions.size() == 1);
  CHECK(report.trajectories.empty());
  CHECK(report.searches.size() == 1);
  CHECK(report.marks.empty());
  CHECK(report.losses ==
        std::map<std::string, std::int64_t>{{"queue.full", 1}, {"report.before_consent", 5}});
}

TEST_CASE("each participant's visits go by their own act, and all acts stand in the report") {
  uploader::ReportFrame frame{"c", "e", {std::string(64, 'a'), "full visits", kMorning}, {}, {}};
  frame.consent.participant = "P1";
  frame.others = {{frame.consent, frame.settings}};
  frame.others[0].consent.participant = "P2";
  frame.others[0].consent.accepted = kMorning + std::chrono::minutes(5);
  frame.others[0].settings.urlDetail = UrlDetail::kOrigin;
  monitor::UnreportedRows rows;
  for (std::int64_t id : {1, 2, 3, 6, 7}) rows.visits.push_back(closedVisit(id));
  rows.visits[0].participant = "P1";
  rows.visits[1].participant = "P2";  // before their act
  rows.visits[2].participant = "P3";  // who has none
  rows.visits[3].participant = "P2";  // since
  const auto report = buildReport(frame, rows, "id", 1, kMorning, kMorning);
  REQUIRE(report.visits.size() == 2);
  CHECK(report.visits[0].id == 1);
  CHECK(report.visits[1].id == 6);
  CHECK(report.losses.at("report.before_consent") == 3);
  CHECK(report.consent.participant == "P1");
  REQUIRE(report.others.size() == 1);
  CHECK(report.others[0].consent.participant == "P2");
  CHECK(report.others[0].settings.urlDetail == "origin");
}

TEST_CASE("who agreed to counts only does not keep back the visits of others") {
  uploader::ReportFrame frame{"c", "e", {std::string(64, 'a'), "histograms only", kMorning}, {}, {}};
  frame.settings.level = Level::kHistograms;
  CHECK(uploader::unreportedFor(frame, kMorning).countsOnly);
  CHECK(uploader::unreportedFor(frame, kMorning).acts.empty());
  frame.consent.participant = "P1";
  CHECK(uploader::unreportedFor(frame, kMorning).countsOnly);
  frame.others = {{frame.consent, Settings{}}};
  frame.others[0].consent.participant = "P2";
  const auto query = uploader::unreportedFor(frame, kMorning);
  CHECK_FALSE(query.countsOnly);
  REQUIRE(query.acts.size() == 2);
  CHECK(query.acts[1].participant == "P2");
}

TEST_CASE("the links of a visit from before the consent are no part of a report") {
  const uploader::ReportFrame frame{"c", "e", {std::string(64, 'a'), "full visits", kMorning}, {}, {}};
  monitor::UnreportedRows rows;
  rows.visits = {closedVisit(-1), closedVisit(1)};
  rows.links = {{-1, std::make_shared<const schemas::LinkTable>()},
                {1, std::make_shared<const schemas::LinkTable>()}};
  const auto report = buildReport(frame, rows, "id", 1, kMorning, kMorning);
  REQUIRE(report.links.size() == 1);
  CHECK(report.links[0].visit == 1);
}

TEST_CASE("the parts of a report have its content, each row once") {
  std::mt19937_64 random(3);
  for (int i = 0; i < 50; ++i) {
    const schemas::Report whole = test::randomReport(random, 7);
    const auto parts = splitReport(whole);
    if (parts.empty()) continue;
    REQUIRE(parts.size() == 2);
    CHECK(parts[0].visits.size() + parts[1].visits.size() == whole.visits.size());
    CHECK(parts[0].links.size() + parts[1].links.size() == whole.links.size());
    CHECK(parts[0].searches.size() + parts[1].searches.size() == whole.searches.size());
    CHECK(parts[0].coverage.size() + parts[1].coverage.size() == whole.coverage.size());
    CHECK(samplesOf(parts[0]) + samplesOf(parts[1]) == samplesOf(whole));
    CHECK(parts[0].losses == whole.losses);
    CHECK(parts[1].losses.empty());
    for (const auto& part : parts) {
      CHECK(part.consent.accepted == whole.consent.accepted);
      CHECK(schemas::decodeReport(schemas::encodeReport(part)));
    }
  }
}

TEST_CASE("a report of single rows can't be divided") {
  const uploader::ReportFrame frame{"c", "e", {std::string(64, 'a'), "full visits", kMorning}, {}, {}};
  monitor::UnreportedRows rows;
  rows.visits = {closedVisit(1)};
  rows.histograms = {samples("Link.MouseDown", 9)};
  CHECK(splitReport(buildReport(frame, rows, "id", 1, kMorning, kMorning)).empty());
}
