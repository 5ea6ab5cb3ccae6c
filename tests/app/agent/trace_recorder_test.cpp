#include "app/agent/trace_recorder.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

using namespace dwell;
using namespace dwell::schemas;
using app::TraceRecorder;
using Json = nlohmann::json;

namespace {

/// A recording, line by line.
struct Recorded {
  explicit Recorded(const Settings& settings, const std::vector<EventBody>& present = {})
      : recorder(settings, HashKey{}, TraceHeader{wallTime(1'000'000), UtcOffset(60), true}, monoTime(5'000),
                 present, [this](const std::string& lines) { text += lines; }) {}

  void tell(std::int64_t ms, EventBody body, bool password = false) {
    recorder.handle({monoTime(5'000 + ms), std::move(body)}, password);
  }
  std::vector<Json> lines() const {
    std::vector<Json> all;
    for (std::size_t at = 0, end; (end = text.find('\n', at)) != std::string::npos; at = end + 1)
      all.push_back(Json::parse(text.substr(at, end - at)));
    return all;
  }

  std::string text;
  TraceRecorder recorder;
};

Navigation to(const std::string& url) {
  Navigation body;
  body.browser = "b";
  body.tab = "1";
  body.window = "w";
  body.url = url;
  body.transition = Transition::kLink;
  return body;
}
Input key(KeyClass keyClass, std::int64_t count = 1) { return {InputKind::kKey, keyClass, count, 0, false}; }

Settings fullDetail() {
  Settings settings;
  settings.urlDetail = UrlDetail::kFull;
  return settings;
}

}  // namespace

TEST_CASE("a trace begins with what is there at time 0, and ends with an end") {
  Recorded recorded(fullDetail(), {BrowserConnected{"b", "Chromium", "156"}, to("https://a.test/x")});
  REQUIRE(recorded.lines().size() == 1);  // the writer holds a step of 250 ms
  recorded.tell(400, WindowFocus{"b", "w"});
  recorded.recorder.end(monoTime(6'500));
  const auto lines = recorded.lines();
  REQUIRE(lines.size() == 5);
  CHECK(lines[0]["trace"] == 1);
  CHECK(lines[0]["utc_offset_min"] == 60);
  CHECK(lines[1]["type"] == "browser_connected");
  CHECK(lines[1]["t"] == 0);
  CHECK(lines[2]["url"] == "https://a.test/x");
  CHECK(lines[3]["t"] == 400);
  CHECK(lines[4] == Json{{"t", 1500}, {"type", "end"}});
  CHECK(recorded.recorder.events() == 4);
}

TEST_CASE("no byte of a URL out of scope gets into a trace, and others are cut to the detail") {
  Settings settings;
  settings.urlDetail = UrlDetail::kWithoutQuery;
  settings.include = {"https://a.test/*"};
  settings.exclude = {"https://a.test/secret*"};
  Recorded recorded(settings, {to("https://outside.test/here")});
  auto redirected = to("https://a.test/page?who=me#there");
  redirected.requestedUrl = "https://outside.test/from";
  recorded.tell(1, redirected);
  recorded.tell(1, Serp{"b", "1", "engine", "rare words", {{1, "https://outside.test/r", "organic", {}}}});
  recorded.tell(2, to("https://a.test/secret/diary"));
  recorded.tell(3, LinkPressed{"b", "1", "https://outside.test/link", 0, 5});
  recorded.tell(4, Links{"b",
                         "1",
                         std::make_shared<LinkTable>(
                             LinkTable{{"https://outside.test/one", {}}, {"https://a.test/two?q=1", {}}}),
                         {}});
  recorded.tell(5, Serp{"b", "1", "engine", "odd words", {}});
  recorded.tell(5, PageLabel{"b", "1", "diagnosis"});
  recorded.recorder.end(monoTime(6'000));
  for (const char* secret : {"outside", "diary", "who=me", "there", "q=1", "rare", "odd", "diagnosis"})
    CHECK(recorded.text.find(secret) == std::string::npos);
  const auto lines = recorded.lines();
  CHECK(lines[1]["url"] == "");
  CHECK(lines[2]["url"] == "https://a.test/page");
  CHECK(lines[3]["results"][0]["rank"] == 1);
  CHECK(lines[6]["links"][1]["url"] == "https://a.test/two");
  CHECK(lines.size() == 8);
}

TEST_CASE("searches are told apart without their words, and carry them where the settings keep them") {
  const auto queries = [](SearchWords words) {
    Settings settings = fullDetail();
    settings.searchWords = words;
    Recorded recorded(settings);
    for (const char* query : {"oak", "elm", "oak"}) recorded.tell(0, Serp{"b", "1", "engine", query, {}});
    recorded.recorder.end(monoTime(6'000));
    std::vector<std::string> all;
    for (const auto& line : recorded.lines())
      if (line.value("type", "") == "serp") all.push_back(line["query"]);
    return all;
  };
  CHECK(queries(SearchWords::kOff) == std::vector<std::string>{"1", "2", "1"});
  CHECK(queries(SearchWords::kFull) == std::vector<std::string>{"oak", "elm", "oak"});
  const auto hashed = queries(SearchWords::kKeyedHash);
  CHECK(hashed[0] == keyedHashHex("oak", HashKey{}));
  CHECK(hashed[0] == hashed[2]);
  CHECK(hashed[0] != hashed[1]);
}

TEST_CASE("the trace of a log-in is the same whatever the length and the keys of the password") {
  const auto traceOf = [](int keys) {
    Recorded recorded(fullDetail());
    recorded.tell(0, PasswordFocus{"b", "1", true}, true);
    for (int i = 0; i < keys; ++i) {
      const auto keyClass = i % 5 == 4 ? KeyClass::kDeletion : KeyClass::kCharacter;
      recorded.tell(100 + 1900 * i / keys, key(keyClass, 1 + i % 2), true);
    }
    recorded.tell(2'200, key(KeyClass::kAccept), true);
    recorded.recorder.end(monoTime(9'000));
    return recorded.text;
  };
  for (int keys = 4; keys < 60; ++keys) CHECK(traceOf(keys) == traceOf(3));
  Recorded recorded(fullDetail());
  recorded.tell(0, key(KeyClass::kFind), true);
  recorded.tell(1, key(KeyClass::kShortcut), true);
  recorded.recorder.end(monoTime(9'000));
  CHECK(recorded.lines()[1]["key_class"] == "find");
  CHECK(recorded.lines()[2]["key_class"] == "shortcut");
}
