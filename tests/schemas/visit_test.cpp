#include "schemas/visit.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "schemas/event_names.h"
#include "schemas/visit_codec.h"

using namespace dwell;
using namespace dwell::schemas;

namespace {

/// Every field with a value of its own, so that a swapped pair shows.
Visit fullVisit() {
  Visit visit;
  visit.id = 7;
  visit.url = "https://a.test/page";
  visit.sourceVisit = 5;
  visit.redirectedFrom = 6;
  visit.accessType = AccessType::kTypedFull;
  visit.start = wallTime(1'000);
  visit.end = wallTime(90'000);
  visit.exit = Exit::kBrowserClosed;
  visit.session = 2;
  visit.tabOpenedBy = TabOpenedBy::kContextMenu;
  visit.attentionMs = 91;
  for (std::size_t i = 0; i < kAgeBuckets; ++i) {
    visit.attentionByInputAgeMs[i] = static_cast<std::int64_t>(i) + 1;
    visit.audibleByInputAgeMs[i] = static_cast<std::int64_t>(i) + 101;
    visit.attentionGaps.count[i] = static_cast<std::int64_t>(i) + 201;
    visit.attentionGaps.sumMs[i] = static_cast<std::int64_t>(i) + 301;
  }
  visit.attentionGaps.censoredMs = 401;
  visit.visibleUnattendedMs = 402;
  visit.attentionFirst = wallTime(2'000);
  visit.attentionLast = wallTime(3'000);
  visit.input = {1, 2, 3, 4, 5, 6, 7, 8, 9};
  visit.scrollDepthPercent = 55;
  visit.form = {11, 12, 13};
  visit.linksPressed = 14;
  visit.typedCharacters = 15;
  visit.serp = SerpClick{4, "duck", "two words", 3};
  visit.resultsPage = ResultsPage{"goo", "words", 10};
  visit.dwellMs = 16;
  visit.quickBack = true;
  visit.pogoStick = true;
  visit.trajectory = TrajectoryStep{17, 18};
  visit.loginForm = true;
  visit.label = "variant a";
  visit.vitals = Vitals{1.5, std::nullopt, 0.25};
  visit.localHour = 23;
  visit.weekday = 6;
  visit.revisit = true;
  visit.participant = "p1";
  visit.browser = "chromium";
  visit.utcOffset = UtcOffset(600);
  visit.inputSource = "x11";
  return visit;
}

}  // namespace

TEST_CASE("a visit's JSON has the fields of design section 12 in their order") {
  const Json json = toJson(Visit{}, Millis(15'000));
  std::string fields;
  for (const auto& [name, value] : json.items()) fields += name + " ";
  CHECK(fields ==
        "id url source_visit redirected_from access_type start_ms end_ms exit session tab_opened_by "
        "attention_ms attention_by_input_age_ms active_ms audible_by_input_age_ms visible_unattended_ms "
        "attention_first_ms attention_last_ms attention_gaps input scroll_depth_percent form links_pressed "
        "typed_characters serp results_page dwell_ms quick_back pogo_stick trajectory login_form label "
        "vitals local_hour weekday revisit participant browser utc_offset_min input_source ");
  CHECK(json["input"].dump() ==
        R"({"mouse_moves":0,"mouse_downs":0,"mouse_ups":0,"keys":0,"browser_keys":0,"scrolls":0,)"
        R"("touches":0,"mouse_distance_px":0,"synthetic":0})");
  CHECK(json["form"].dump() == R"({"fields":0,"characters":0,"autofilled":0})");
}

TEST_CASE("what a visit does not have is null in its JSON") {
  const Json json = toJson(Visit{}, Millis(15'000));
  for (const char* name : {"source_visit", "redirected_from", "exit", "session", "attention_first_ms",
                           "attention_last_ms", "typed_characters", "serp", "results_page", "dwell_ms",
                           "trajectory", "label", "vitals", "participant", "input_source"}) {
    CHECK(json[name].is_null());
  }
}

TEST_CASE("active time in JSON is counted at the threshold asked for") {
  const Visit visit = fullVisit();
  CHECK(toJson(visit, Millis(15'000))["active_ms"] == 1 + 2 + 3 + 4 + 5 + 6);
  CHECK(toJson(visit, Millis(5'000))["active_ms"] == 1 + 2 + 3 + 4);
  CHECK(toJson(visit, Millis(60'000))["active_ms"] == 36);
}

TEST_CASE("a visit comes back from its JSON as it was") {
  for (const Visit& visit : {fullVisit(), [] {
                               Visit open;
                               open.id = 1;
                               return open;
                             }()}) {
    const Json json = toJson(visit, Millis(15'000));
    const auto back = visitFromJson(Json::parse(json.dump()), "line 1");
    REQUIRE(back);
    CHECK(toJson(*back, Millis(15'000)) == json);
  }
}

TEST_CASE("sessions, trajectories and searches come back from their JSON as they were") {
  const Session session{3, wallTime(10), wallTime(20), 4, 5};
  CHECK(toJson(session).dump() == R"({"id":3,"start_ms":10,"end_ms":20,"pages":4,"active_ms":5})");
  CHECK(toJson(*sessionFromJson(toJson(session), "")) == toJson(session));

  const Trajectory trajectory{
      1, "https://a.test/login", "a.test", wallTime(1), wallTime(2), "logout", {4, 6}, 2, 900};
  CHECK(toJson(trajectory).dump() ==
        R"({"id":1,"login_url":"https://a.test/login","site":"a.test","start_ms":1,"end_ms":2,)"
        R"("end_reason":"logout","steps":[4,6],"distinct_urls":2,"active_ms":900})");
  CHECK(toJson(*trajectoryFromJson(toJson(trajectory), "")) == toJson(trajectory));

  Search search{2, "duck", "words", std::nullopt, {8, 9}, {}};
  search.results = {{1, "https://b.test/", "organic", true, 11}, {2, "https://c.test/", "ad", false, {}}};
  CHECK(toJson(search).dump() ==
        R"({"id":2,"engine":"duck","query":"words","session":null,"serp_visits":[8,9],"results":[)"
        R"({"rank":1,"url":"https://b.test/","kind":"organic","seen":true,"clicked":11},)"
        R"({"rank":2,"url":"https://c.test/","kind":"ad","seen":false,"clicked":null}]})");
  CHECK(toJson(*searchFromJson(toJson(search), "")) == toJson(search));
}

TEST_CASE("a wrong field in a visit's JSON is named with what was expected") {
  Json json = toJson(fullVisit(), Millis(15'000));
  json["input"]["keys"] = -1;
  const auto visit = visitFromJson(json, "row 3");
  REQUIRE_FALSE(visit);
  CHECK(visit.error().message() ==
        "row 3, /input/keys: out of range or no integer (expected an integer from 0 to 9007199254740991)");
}

TEST_CASE("a visit's JSON with a field missing or of another type is refused") {
  const Json whole = toJson(fullVisit(), Millis(15'000));
  for (const auto& [name, value] : whole.items()) {
    if (name == "active_ms") continue;  // derived
    Json json = whole;
    json.erase(name);
    CHECK_FALSE(visitFromJson(json, ""));
    json[name] = Json::array({"x"});
    CHECK_FALSE(visitFromJson(json, ""));
  }
  CHECK_FALSE(visitFromJson(Json::array(), ""));
}

TEST_CASE("every access type and exit has one name, and the name leads back") {
  std::set<std::string> names;
  for (int value = 0; value <= 16; ++value) {
    if (value == 14) continue;  // never used
    const auto type = static_cast<AccessType>(value);
    const std::string name(accessTypeName(type));
    CHECK(names.insert(name).second);
    CHECK(accessTypeFromName(name) == type);
    CHECK(exitFromName(exitName(exitBy(type))) == exitBy(type));
  }
  for (const Exit exit : {Exit::kRedirect, Exit::kClosed, Exit::kBrowserClosed, Exit::kAgentStopped}) {
    CHECK(names.insert(std::string(exitName(exit))).second);
    CHECK(exitFromName(exitName(exit)) == exit);
  }
  CHECK(exitName(Exit::kOpen).empty());
  CHECK_FALSE(exitFromName("").has_value());
  CHECK_FALSE(accessTypeFromName("redirect").has_value());
}
