#include "base/settings.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <regex>

#include "base/retention_settings.h"
#include "tests/support/temp_dir.h"

using dwell::parseSettings;
using dwell::Settings;
using namespace std::chrono_literals;

namespace {

std::string fault(std::string_view text) {
  const auto parsed = parseSettings(text, "config.toml");
  REQUIRE(!parsed);
  return parsed.error().message();
}

}  // namespace

TEST_CASE("an empty file and an absent one mean the defaults") {
  const dwell::tests::TempDir dir;
  CHECK(parseSettings("", "config.toml") == Settings{});
  CHECK(dwell::readSettings(dir.path() / "config.toml") == Settings{});
}

TEST_CASE("every key is read") {
  const auto parsed = parseSettings(R"(
[measure]
idle_threshold_s = 30
session_pause_min = 20
[scope]
level = "histograms"
url_detail = "origin"
keep_parameters = ["variant", "arm"]
search_words = "keyed_hash"
include = ["https://shop.example/*", "https://www.shop.example/*"]
exclude = ["https://shop.example/account*"]
[page_groups]
login = ["https://shop.example/login*"]
[experiment]
end = "2026-12-31T18:00:00Z"
stopped = true
consent_per_participant = true
[upload]
first_after_s = 5
interval_min = 1
outbox_megabytes = 5
outbox_days = 90
[log]
level = "debug"
)",
                                    "config.toml");
  REQUIRE(parsed);
  Settings expected;
  expected.idleThreshold = 30s;
  expected.sessionPause = 20min;
  expected.level = dwell::Level::kHistograms;
  expected.urlDetail = dwell::UrlDetail::kOrigin;
  expected.keepParameters = {"variant", "arm"};
  expected.searchWords = dwell::SearchWords::kKeyedHash;
  expected.include = {"https://shop.example/*", "https://www.shop.example/*"};
  expected.exclude = {"https://shop.example/account*"};
  expected.pageGroups = {{"login", {"https://shop.example/login*"}}};
  expected.end = dwell::wallTime(1'798'740'000'000);
  expected.stopped = true;
  expected.consentPerParticipant = true;
  expected.uploadFirstAfter = 5s;
  expected.uploadInterval = 1min;
  expected.outboxBytes = 5 << 20;
  expected.outboxAge = std::chrono::days(90);
  expected.logLevel = dwell::LogLevel::kDebug;
  CHECK(parsed->named.size() == 17);
  CHECK(parsed->named.count("scope.level") == 1);
  expected.named = parsed->named;
  CHECK(*parsed == expected);
}

TEST_CASE("the default configuration says the defaults, commented out and when the comments go") {
  const std::string text(dwell::defaultConfigText());
  CHECK(parseSettings(text, "config.toml") == Settings{});
  const std::string uncommented = std::regex_replace(text, std::regex("# ([a-z_]+ = )"), "$1");
  CHECK(uncommented != text);
  auto parsed = parseSettings(uncommented, "config.toml");
  REQUIRE(parsed);
  CHECK(parsed->pageGroups.size() == 1);  // the example
  parsed->pageGroups.clear();
  CHECK(parsed->named.count("experiment.end") == 1);
  parsed->named.clear();
  CHECK(*parsed == Settings{});
}

TEST_CASE("an unknown key is an error with its line and the keys there are") {
  CHECK(fault("[upload]\n\nintervall_min = 3\n") ==
        "config.toml:3: unknown key upload.intervall_min (expected one of first_after_s, interval_min, "
        "outbox_megabytes, outbox_days, connect_timeout_s, stall_timeout_s, total_timeout_s)");
  CHECK(fault("[uploads]\ninterval_min = 3\n") ==
        "config.toml:1: unknown section [uploads] (expected one of measure, scope, page_groups, experiment, "
        "upload, retention, log)");
  CHECK(fault("idle_threshold_s = 3\n") ==
        "config.toml:1: unknown key idle_threshold_s (expected one of measure, scope, page_groups, "
        "experiment, upload, retention, log)");
}

TEST_CASE("a wrong type or value says its line and what was expected") {
  CHECK(fault("[measure]\nidle_threshold_s = \"15\"") ==
        "config.toml:2: measure.idle_threshold_s is no whole number (expected one of 1 2 3 5 10 15 30 60 120 "
        "180 "
        "300 900)");
  CHECK(
      fault("[measure]\nidle_threshold_s = 20") ==
      "config.toml:2: measure.idle_threshold_s is none of the edges (expected one of 1 2 3 5 10 15 30 60 120 "
      "180 300 900)");
  CHECK(fault("[upload]\ninterval_min = 0.5") ==
        "config.toml:2: upload.interval_min is no whole number (expected a whole number from 1 to 1440)");
  CHECK(fault("[upload]\ninterval_min = 0") ==
        "config.toml:2: upload.interval_min is out of range (expected a whole number from 1 to 1440)");
  CHECK(fault("[scope]\nurl_detail = \"some\"") ==
        "config.toml:2: scope.url_detail has a value that is not known (expected one of \"full\" "
        "\"without_query\" "
        "\"origin\" \"keyed_hash\")");
  CHECK(fault("[scope]\n\nsearch_words = true") ==
        "config.toml:3: scope.search_words has a value that is not known (expected one of \"off\" "
        "\"keyed_hash\" \"full\")");
  CHECK(fault("[scope]\nkeep_parameters = \"variant\"") ==
        "config.toml:2: scope.keep_parameters is no list (expected [\"name\", …])");
  CHECK(
      fault("[scope]\nkeep_parameters = [\"variant\",\n\"a=b\"]") ==
      "config.toml:3: scope.keep_parameters has an entry that is no parameter's name (expected a name as it "
      "stands in a query, without & = ? # / and space)");
  CHECK(fault("[scope]\ninclude = \"https://a.example/*\"") ==
        "config.toml:2: scope.include is no list (expected [\"pattern\", …])");
  CHECK(fault("[scope]\ninclude = [\"https://a.example/*\",\n 7]") ==
        "config.toml:3: scope.include has an entry that is no pattern (expected a text that is not empty)");
  CHECK(fault("[page_groups]\nall = [\"*\"]") ==
        "config.toml:2: page_groups.all can't be set: every page is in it (expected another name)");
  for (const char* end : {"7", "\"31.12.2026\"", "\"2026-02-30\"", "\"2026-12-31T24:00:00Z\"",
                          "\"2026-12-31T18:00:00+01\"", "2026-12-31"}) {
    INFO(end);
    CHECK(fault(std::string("[experiment]\nend = ") + end) ==
          "config.toml:2: experiment.end is no day or moment (expected \"2026-12-31\" (to its end) or "
          "\"2026-12-31T18:00:00Z\", UTC; \"\" for no end)");
  }
  CHECK(fault("[experiment]\nstopped = 1") ==
        "config.toml:2: experiment.stopped is neither true nor false (expected true or false)");
  CHECK(fault("log = 3") == "config.toml:1: log is no section (expected [log])");
}

TEST_CASE("of several faults the first in the file is told") {
  CHECK(fault("[log]\nlevel = 1\n[measure]\nidle = 1\n").substr(0, 14) == "config.toml:2:");
}

TEST_CASE("how long measurements are kept is read by those who remove them, and checked for everybody") {
  CHECK(dwell::parseRetention("", "config.toml") == dwell::RetentionSettings{});
  CHECK(dwell::parseRetention("[retention]\ndays = 90\n", "c")->days == 90);
  CHECK(dwell::parseRetention("[retention]\nmegabytes = 500\n", "c") == dwell::RetentionSettings{0, 500});
  CHECK_FALSE(dwell::parseRetention("[retention]\ndays = -1\n", "c"));
  CHECK(fault("[retention]\ndays = \"90\"\n").find("config.toml:2") == 0);
  CHECK(fault("[retention]\nweeks = 1\n").find("days, megabytes") != std::string::npos);
}

TEST_CASE("text that is no TOML is an error with its line") {
  CHECK(fault("[log]\nlevel = \n").substr(0, 31) == "config.toml:2: no valid TOML: E");
}

TEST_CASE("a file is named in its errors") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "config.toml";
  std::ofstream(file) << "[log]\nlevel = \"loud\"\n";
  CHECK(dwell::readSettings(file).error().where == file.string() + ":2");
  std::ofstream(file, std::ios::trunc).flush();
  CHECK(dwell::readSettings(file) == Settings{});
  std::filesystem::create_directory(dir.path() / "folder");
  CHECK(dwell::readSettings(dir.path() / "folder").error().what == "cannot be read");
}

TEST_CASE("a day as the end means the end of that day, UTC") {
  const auto settings = parseSettings("[experiment]\nend = \"2026-12-31\"", "config.toml");
  REQUIRE(settings);
  CHECK(settings->end == dwell::wallTime(1'798'761'600'000));
}

TEST_CASE("settings as JSON mean the same as the file") {
  const std::string_view text = R"(
[measure]
idle_threshold_s = 30
[scope]
level = "origins"
include = ["https://shop.example/*", "https://www.shop.example/*"]
[page_groups]
"a \"quoted\" name" = ["https://shop.example/login*"]
[experiment]
end = "2026-12-31"
consent_per_participant = true
)";
  const auto json = dwell::settingsAsJson(text, "shop.toml");
  REQUIRE(json);
  CHECK(dwell::parseSettingsJson(*json, "settings") == parseSettings(text, "shop.toml"));
  CHECK(dwell::parseSettingsJson("{}", "settings") == Settings{});
  CHECK(dwell::settingsAsJson("[scope]\nlevel = 1", "shop.toml").error().where == "shop.toml:2");
}

TEST_CASE("JSON that is no settings is an error that names where it came from") {
  for (const char* json : {"", "[]", "7", "{\"scope\":7}", "{\"scope\":{\"include\":[[]]}}",
                           "{\"scope\":{\"include\":{}}}", "{\"scope\":{\"level\":0.5}}"}) {
    INFO(json);
    const auto parsed = dwell::parseSettingsJson(json, "settings");
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().where == "settings");
  }
  CHECK(dwell::parseSettingsJson("{\"scope\":{\"leven\":\"visits\"}}", "settings").error().what ==
        "unknown key scope.leven");
}
