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
