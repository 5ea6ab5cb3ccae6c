#include "tests/support/reference/reference.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/reference/url.h"

namespace dwell::tests {
namespace {

using nlohmann::json;

/// Small traces by hand: one browser "b", one window 1 with the focus, tab 1 active in it.
class Story {
 public:
  explicit Story(const std::string& header = R"({"trace":1,"wall_start":"2026-11-21T10:00:00.000Z"})")
      : text_(header + "\n") {}

  Story& at(std::int64_t t, const std::string& type, json fields = json::object()) {
    fields["t"] = t;
    fields["type"] = type;
    text_ += fields.dump() + "\n";
    return *this;
  }
  Story& tab(std::int64_t t, const std::string& type, int tab, json fields = json::object()) {
    fields["browser"] = "b";
    fields["tab"] = tab;
    return at(t, type, fields);
  }
  Story& look(std::int64_t t, int tab) {
    this->tab(t, "tab_activated", tab, {{"window", 1}});
    return at(t, "window_focus", {{"browser", "b"}, {"window", 1}});
  }
  Story& go(std::int64_t t, int tab, const std::string& url, const std::string& transition = "link",
            const json& qualifiers = json::array()) {
    return this->tab(t, "navigation", tab,
                     {{"window", 1}, {"url", url}, {"transition", transition}, {"qualifiers", qualifiers}});
  }
  Story& key(std::int64_t t, const std::string& keyClass, int count = 1) {
    return at(t, "input", {{"kind", "key"}, {"key_class", keyClass}, {"count", count}});
  }
  Story& move(std::int64_t t) { return at(t, "input", {{"kind", "mouse_move"}, {"distance_px", 5}}); }

  json replay() const { return referenceReplay(text_); }

 private:
  std::string text_;
};

const json kBar = json::array({"from_address_bar"});

std::vector<std::string> each(const json& visits, const char* field) {
  std::vector<std::string> values;
  for (const json& visit : visits)
    values.push_back(visit[field].is_null() ? "-" : visit[field].get<std::string>());
  return values;
}

TEST_CASE("the reference puts every attended millisecond into the bucket of its input age") {
  // Attended from 0 to 20 000. No input before 4 000: 4 000 ms of age ∞. Then 4 000–10 000 at ages 0–6 s:
  // 1 000 each in the first three buckets, 2 000 in [3, 5), 1 000 in [5, 10). From 10 000 on at ages 0–10 s:
  // 1 000, 1 000, 1 000, 2 000, 5 000. Audible from 9 500: the last 500 ms of [5, 10) and all that follows.
  const json visit = Story()
                         .look(0, 1)
                         .go(0, 1, "https://a.test/")
                         .move(4'000)
                         .tab(9'500, "media", 1, {{"audible", true}})
                         .move(10'000)
                         .at(20'000, "end")
                         .replay()["visits"][0];
  CHECK(visit["attention_ms"] == 20'000);
  CHECK(visit["attention_by_input_age_ms"] ==
        json({2'000, 2'000, 2'000, 4'000, 6'000, 0, 0, 0, 0, 0, 0, 0, 4'000}));
  CHECK(visit["audible_by_input_age_ms"] ==
        json({1'000, 1'000, 1'000, 2'000, 5'500, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK(visit["active_ms"] == 16'000);
  // One gap of 6 000; the other 14 000 are censored.
  CHECK(visit["attention_gaps"]["count"] == json({0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK(visit["attention_gaps"]["censored_ms"] == 14'000);
}

TEST_CASE("the reference cuts a gap by a change of the attended visit that takes no time") {
  // 1 000 → 3 000 is a gap; 3 000 → 5 000 is none, since the screen was locked and unlocked at 4 000.
  const json visit = Story()
                         .look(0, 1)
                         .go(0, 1, "https://a.test/")
                         .move(1'000)
                         .move(3'000)
                         .at(4'000, "lock")
                         .at(4'000, "unlock")
                         .move(5'000)
                         .at(6'000, "end")
                         .replay()["visits"][0];
  CHECK(visit["attention_ms"] == 6'000);
  CHECK(visit["attention_gaps"]["sum_ms"] == json({0, 0, 2'000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  CHECK(visit["attention_gaps"]["censored_ms"] == 4'000);
}

TEST_CASE("the reference counts a second monitor while the machine is neither locked nor suspended") {
  // Tab 2 is visible from 1 000, not attended: 1 000–4 000 and 6 000–7 000 make 4 000; attended from 7 000 to
  // 9 000.
  const json visits = Story()
                          .look(0, 1)
                          .go(0, 1, "https://a.test/")
                          .go(500, 2, "https://b.test/")
                          .tab(1'000, "page_visibility", 2, {{"visible", true}})
                          .at(4'000, "suspend")
                          .at(6'000, "resume")
                          .look(7'000, 2)
                          .at(9'000, "end")
                          .replay()["visits"];
  CHECK(visits[1]["visible_unattended_ms"] == 4'000);
  CHECK(visits[1]["attention_ms"] == 2'000);
  CHECK(visits[0]["attention_ms"] == 5'000);
  CHECK(visits[0]["visible_unattended_ms"] == 0);
}

TEST_CASE("the reference tells typed in full, completed, pasted and reloaded apart") {
  Story story;
  story.look(0, 1).tab(0, "page_focus", 1, {{"focused", false}});
  // "a.test" has 6 visible characters: 6 typed. Then 2 of 6 typed: completed. 3 typed, 1 deleted, slack 1:
  // net 2 < 6 − 1: completed. 6 typed and 1 deleted: net 5 ≥ 6 − 1. The same URL without a key is a reload.
  story.key(10, "character", 6).key(20, "accept").go(30, 1, "https://www.a.test/", "typed", kBar);
  story.key(40, "character", 2).key(50, "accept").go(60, 1, "https://b.test/", "typed", kBar);
  story.key(70, "character", 3).key(75, "deletion").go(80, 1, "https://c.test/", "typed", kBar);
  story.key(85, "character", 6).key(86, "deletion").go(90, 1, "https://d.test/", "typed", kBar);
  story.key(95, "accept").go(100, 1, "https://d.test/#top", "typed", kBar);
  story.key(105, "paste").go(110, 1, "https://d.test/", "typed", kBar);
  story.key(115, "character").key(117, "list").go(120, 1, "https://e.test/", "typed", kBar);
  const json visits = story.replay()["visits"];
  CHECK(each(visits, "access_type") == std::vector<std::string>{"typed_full", "typed_completed",
                                                                "typed_completed", "typed_full", "reload",
                                                                "pasted", "suggestion"});
  CHECK(visits[0]["typed_characters"] == 6);
  CHECK(visits[2]["typed_characters"] == 2);
  CHECK(visits[3]["typed_characters"] == 5);
  CHECK(visits[4]["typed_characters"] == 0);
  CHECK(visits[4]["source_visit"] == 4);           // a reload has one
  CHECK(visits[5]["source_visit"] == json());      // pasted has none
  CHECK(visits[0]["input"]["browser_keys"] == 3);  // typed into the bar while it was attended: 2 + accept
}

TEST_CASE("the reference lets a search in the page hide what is typed until a click") {
  Story story;
  story.look(0, 1).go(0, 1, "https://a.test/").key(10, "find").key(20, "character", 9);
  story.tab(30, "page_focus", 1, {{"focused", false}}).key(40, "character", 3);  // still searching: net 0
  story.at(50, "input", {{"kind", "mouse_down"}}).key(60, "character", 2);       // net 2
  const json visits = story.go(70, 1, "https://b.test/", "typed", kBar).replay()["visits"];
  CHECK(visits[1]["typed_characters"] == 2);
  CHECK(visits[1]["access_type"] == "suggestion");  // the pointer was used, accept was not
}

TEST_CASE("the reference takes a link without an input for a redirect of the same access type") {
  const json visits = Story()
                          .look(0, 1)
                          .move(10)
                          .go(100, 1, "https://a.test/", "auto_bookmark")
                          .go(200, 1, "https://b.test/")  // no input since 100: redirect
                          .move(300)
                          .go(400, 1, "https://c.test/")  // an input: link
                          .tab(500, "link_pressed", 1, {{"url", "https://d.test/"}})
                          .go(600, 1, "https://d.test/")  // a pressed link of its own: link
                          .replay()["visits"];
  CHECK(each(visits, "access_type") == std::vector<std::string>{"bookmark", "bookmark", "link", "link"});
  CHECK(each(visits, "exit") == std::vector<std::string>{"redirect", "link", "link", "agent_stopped"});
  CHECK(visits[1]["redirected_from"] == 1);
  CHECK(visits[1]["source_visit"] == 1);
  CHECK(visits[0]["source_visit"] == json());
}

TEST_CASE("the reference starts a new visit for a tab that was away for 30 minutes") {
  // Tab 1 is attended until 1 000. At 1 000 + 1 799 999 it would go on; at 1 801 000 it is resumed.
  const auto comesBack = [](std::int64_t t) {
    return Story()
        .look(0, 1)
        .go(0, 1, "https://a.test/#x")
        .at(1'000, "lock")
        .at(t, "unlock")
        .at(t + 10, "end")
        .replay()["visits"];
  };
  CHECK(comesBack(1'800'999).size() == 1);
  const json visits = comesBack(1'801'000);
  REQUIRE(visits.size() == 2);
  CHECK(each(visits, "exit") == std::vector<std::string>{"resumed", "agent_stopped"});
  CHECK(visits[1]["access_type"] == "resumed");
  CHECK(visits[1]["source_visit"] == 1);
  CHECK(visits[1]["attention_ms"] == 10);
}

TEST_CASE("the reference gives a first page of an opened tab the visit its opener had") {
  const json visits = Story()
                          .look(0, 1)
                          .move(0)
                          .go(10, 1, "https://a.test/")
                          .tab(20, "tab_opened", 2, {{"window", 1}, {"opener", 1}, {"how", "link"}})
                          .go(30, 1, "https://b.test/", "auto_bookmark")
                          .go(40, 2, "about:blank")  // ignored
                          .go(50, 2, "https://c.test/")
                          .go(60, 3, "https://d.test/")  // no opener: another program
                          .tab(70, "tab_closed", 2)
                          .at(80, "browser_disconnected", {{"browser", "b"}})
                          .replay()["visits"];
  CHECK(each(visits, "access_type") == std::vector<std::string>{"external", "bookmark", "link", "external"});
  CHECK(each(visits, "exit") ==
        std::vector<std::string>{"bookmark", "browser_closed", "closed", "browser_closed"});
  CHECK(visits[2]["source_visit"] == 1);
  CHECK(visits[2]["tab_opened_by"] == "link");
  CHECK(visits[3]["tab_opened_by"] == "unknown");
}

TEST_CASE("the reference counts no key of a password, and keys of the browser apart") {
  const json visit = Story()
                         .look(0, 1)
                         .go(0, 1, "https://a.test/")
                         .key(10, "character", 4)
                         .tab(20, "password_focus", 1, {{"focused", true}})
                         .key(30, "character", 9)
                         .tab(40, "page_focus", 1, {{"focused", false}})
                         .key(50, "character", 2)
                         .at(1'050, "end")
                         .replay()["visits"][0];
  CHECK(visit["input"]["keys"] == 4);
  CHECK(visit["input"]["browser_keys"] == 2);
  CHECK(visit["attention_by_input_age_ms"][0] == 1'040);  // 10 ms of age ∞, then never a second old
}

TEST_CASE("the reference begins a session at the first activity after 30 minutes") {
  // Activity at 1 000 and 5 000, then at 1 805 000 = 5 000 + 30 min. The visit at 1 804 000 starts 1 799 000
  // after the last activity: still the first session. That at 1 805 000, before the input, belongs to none.
  const json all = Story()
                       .look(0, 1)
                       .go(0, 1, "https://a.test/", "reload")
                       .move(1'000)
                       .move(5'000)
                       .go(1'804'000, 2, "https://b.test/")
                       .go(1'805'000, 3, "https://c.test/")
                       .move(1'805'000)
                       .go(1'805'000, 4, "https://d.test/")
                       .at(1'806'000, "end")
                       .replay();
  // The first navigation came while no input had been seen: activity of its own.
  REQUIRE(all["sessions"].size() == 2);
  CHECK(all["visits"][0]["session"] == 1);
  CHECK(all["visits"][1]["session"] == 1);
  CHECK(all["visits"][2]["session"] == json());
  CHECK(all["visits"][3]["session"] == 2);
  const std::int64_t start = all["visits"][0]["start_ms"];
  CHECK(all["sessions"][0]["start_ms"] == start);
  CHECK(all["sessions"][0]["end_ms"] == start + 5'000);
  CHECK(all["sessions"][0]["pages"] == 2);
  // Visit 1: ages 0–4 s from 1 000, then 0–15 s from 5 000, then 1 000 ms from 1 805 000.
  CHECK(all["sessions"][0]["active_ms"] == 4'000 + 15'000 + 1'000);
}

TEST_CASE("the reference follows a log-in over its identity provider until the log-out") {
  Story story;
  story.look(0, 1).go(0, 1, "https://www.shop.test/login", "auto_bookmark").move(500);
  story.tab(1'000, "login_form", 1).tab(2'000, "login_submitted", 1);
  story.go(3'000, 1, "https://id.test/check", "form_submit");
  story.go(62'000, 1, "https://my.shop.test/home", "link", json::array({"client_redirect"}));  // 60 000 after
  story.move(63'000).go(64'000, 1, "https://other.test/").move(65'000);
  story.go(66'000, 1, "https://shop.test/account/LogOut.php?x=1").move(67'000);
  story.go(68'000, 1, "https://shop.test/");
  const json all = story.at(70'000, "end").replay();
  REQUIRE(all["trajectories"].size() == 1);
  const json trajectory = all["trajectories"][0];
  const std::int64_t start = all["visits"][0]["start_ms"];
  CHECK(trajectory["login_url"] == "https://www.shop.test/login");
  CHECK(trajectory["site"] == "shop.test");
  CHECK(trajectory["start_ms"] == start);
  CHECK(trajectory["end_ms"] == start + 66'000);
  CHECK(trajectory["end_reason"] == "logout");
  CHECK(trajectory["steps"] == json({2, 3, 5}));
  CHECK(trajectory["distinct_urls"] == 3);
  // Step 2: 3 000–62 000 with the last input at 500: ages below 15 s until 15 500, 12 500 ms. Step 3: 62
  // 000–64 000, the first second at an age of 61.5 s: 1 000. Step 5: 2 000.
  CHECK(trajectory["active_ms"] == 12'500 + 1'000 + 2'000);
  CHECK(all["visits"][4]["trajectory"] == json({{"id", 1}, {"step", 3}}));
  CHECK(all["visits"][5]["trajectory"] == json());
  CHECK(all["visits"][0]["login_form"] == true);
}

TEST_CASE("the reference withdraws a failed log-in and ends one by the next on the same site") {
  Story story;
  story.look(0, 1).move(0).go(0, 1, "https://a.test/login", "auto_bookmark");
  story.tab(1'000, "login_submitted", 1).go(2'000, 1, "https://a.test/login?failed=1", "form_submit");
  story.tab(2'500, "login_form", 1).tab(3'000, "login_submitted", 1);
  story.go(4'000, 1, "https://a.test/home", "form_submit");                     // visit 3
  story.go(5'000, 2, "https://a.test/login").tab(6'000, "login_submitted", 2);  // visit 4
  story.go(7'000, 2, "https://a.test/home", "form_submit")
      .go(8'000, 1, "https://a.test/x");  // visits 5 and 6
  const json all = story.tab(9'000, "tab_closed", 2).at(9'500, "end").replay();
  REQUIRE(all["trajectories"].size() == 2);
  const std::int64_t zero = all["visits"][0]["start_ms"];
  CHECK(all["trajectories"][0]["steps"] == json::array({3}));
  CHECK(all["trajectories"][0]["end_reason"] == "login_again");
  CHECK(all["trajectories"][0]["end_ms"] == zero + 7'000);
  CHECK(all["trajectories"][1]["steps"] == json::array({5}));
  CHECK(all["trajectories"][1]["end_reason"] == "closed");
  CHECK(all["trajectories"][1]["end_ms"] == zero + 9'000);
}

TEST_CASE("the reference ends a trajectory at the last attention before 30 minutes without") {
  Story story;
  story.look(0, 1).move(0).go(0, 1, "https://a.test/login", "auto_bookmark").tab(1'000, "login_submitted", 1);
  story.go(2'000, 1, "https://a.test/home", "form_submit").at(10'000, "lock");
  const json late = Story(story).at(1'810'000, "end").replay();
  const std::int64_t zero = late["visits"][0]["start_ms"];
  CHECK(late["trajectories"][0]["end_reason"] == "timeout");
  CHECK(late["trajectories"][0]["end_ms"] == zero + 10'000);
  const json early = Story(story).at(1'809'999, "end").replay();
  CHECK(early["trajectories"][0]["end_reason"] == "agent_stopped");
}

TEST_CASE("the reference follows a click over its redirect, back to the results, to the next click") {
  Story story;
  const json results = json::array({{{"rank", 1}, {"url", "https://one.test/"}, {"kind", "organic"}},
                                    {{"rank", 2}, {"url", "https://two.test/"}, {"kind", "organic"}}});
  const json serp{{"engine", "e"}, {"query", "q"}, {"results", results}};
  const std::string page = "https://e.test/?q=q";
  story.look(0, 1).move(0).go(0, 1, page, "generated").tab(100, "serp", 1, serp);
  story.tab(1'500, "serp_seen", 1, {{"ranks", {1}}}).move(2'000);
  story.go(3'000, 1, "https://e.test/go?u=one")
      .go(3'200, 1, "https://one.test/");  // the second is a redirect
  story.move(9'000).go(10'000, 1, page, "link", json::array({"forward_back"})).move(11'000);
  const json all = story.go(12'000, 1, "https://two.test/#part").at(13'000, "end").replay();
  // Visits: 1 the results, 2 the engine's redirect, 3 one.test, 4 the results again, 5 two.test.
  CHECK(all["visits"][1]["serp"] == json());
  CHECK(all["visits"][2]["serp"] == json({{"visit", 1}, {"engine", "e"}, {"query", "q"}, {"rank", 1}}));
  CHECK(all["visits"][2]["dwell_ms"] == 6'800);  // landed at 3 200, back at 10 000
  CHECK(all["visits"][2]["quick_back"] == true);
  CHECK(all["visits"][2]["pogo_stick"] == true);
  CHECK(all["visits"][3]["results_page"] == json({{"engine", "e"}, {"query", "q"}, {"results", 2}}));
  CHECK(all["visits"][4]["serp"]["visit"] == 4);
  CHECK(all["visits"][4]["dwell_ms"] == json());
  REQUIRE(all["searches"].size() == 1);
  const json search = all["searches"][0];
  CHECK(search["serp_visits"] == json({1, 4}));
  CHECK(search["session"] == 1);
  CHECK(search["results"][0]["seen"] == true);
  CHECK(search["results"][0]["clicked"] == 3);
  CHECK(search["results"][1]["seen"] == false);
  CHECK(search["results"][1]["clicked"] == 5);
}

TEST_CASE("the reference knows the local hour, the weekday, a revisit and who was there") {
  // 2026-11-21 was a Saturday; 13:30 UTC is 23:30 at +600 min, and an hour later it is Sunday 00:30.
  const json visits = Story(R"({"trace":1,"wall_start":"2026-11-21T13:30:00.000Z","utc_offset_min":600})")
                          .go(0, 1, "https://a.test/")
                          .go(1, 1, "https://a.test/#again")
                          .at(2, "participant", {{"label", "P7"}})
                          .go(3'600'000, 1, "https://a.test/")
                          .replay()["visits"];
  CHECK(visits[0]["local_hour"] == 23);
  CHECK(visits[0]["weekday"] == 6);
  CHECK(visits[1]["revisit"] == false);
  CHECK(visits[2]["local_hour"] == 0);
  CHECK(visits[2]["weekday"] == 7);
  CHECK(visits[2]["revisit"] == true);
  CHECK(visits[0]["participant"] == json());
  CHECK(visits[2]["participant"] == "P7");
}

TEST_CASE("the reference cuts URLs as the rules say") {
  using namespace reference;
  CHECK(visibleLength("https://www.example.com/") == 11);
  CHECK(visibleLength("http://a.test/b%C3%BCcher/") == 13);  // a.test/bücher
  CHECK(visibleLength("https://a.test/100%") == 11);
  CHECK(fullDetail("https://u:p@a.test/x@y?q#f") == "https://a.test/x@y?q");
  CHECK(siteOf("https://u:p@WWW.Example.co.uk:8080/") == "example.co.uk");
  CHECK(siteOf("http://127.0.0.1:80/") == "127.0.0.1");
  CHECK(siteOf("http://[::1]:80/") == "[::1]");
  CHECK(siteOf("http://localhost/") == "localhost");
  CHECK(hasLogoutSegment("https://a.test/x/Sign-Out.do?y"));
  CHECK_FALSE(hasLogoutSegment("https://a.test/logouts/?u=/logout"));
  CHECK_FALSE(hasLogoutSegment("https://logout.test/"));
}

}  // namespace
}  // namespace dwell::tests
