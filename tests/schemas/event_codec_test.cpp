#include "schemas/event_codec.h"

#include <catch2/catch.hpp>

#include "tests/schemas/event_samples.h"

using namespace dwell;
using namespace dwell::schemas;

namespace {

std::string errorOf(const std::string& line) {
  EventParser parser;
  const auto event = parser.event(line);
  REQUIRE_FALSE(event);
  return locatedAt("line 7", event.error()).message();
}

template <class Body>
Body bodyOf(const std::string& line) {
  EventParser parser;
  const auto event = parser.event(line);
  REQUIRE(event.has_value());
  REQUIRE(event->has_value());
  REQUIRE(std::holds_alternative<Body>((*event)->body));
  return std::get<Body>((*event)->body);
}

}  // namespace

TEST_CASE("a navigation is decoded with its qualifiers and ids as text") {
  const auto navigation = bodyOf<Navigation>(
      R"({"t":10,"type":"navigation","browser":"b","tab":12,"window":"w","url":"https://a.test/","requested_url":)"
      R"("http://a.test/","transition":"typed","qualifiers":["from_address_bar","server_redirect"],"error":true})");
  CHECK(navigation.tab == "12");
  CHECK(navigation.window == "w");
  CHECK(navigation.requestedUrl == "http://a.test/");
  CHECK(navigation.transition == Transition::kTyped);
  CHECK(navigation.qualifiers == Qualifiers{false, true, false, true});
  CHECK(navigation.error);
  CHECK_FALSE(navigation.sameDocument);
}

TEST_CASE("an input that says no more than its kind has the defaults of the design") {
  const auto input = bodyOf<Input>(R"({"t":0,"type":"input","kind":"key"})");
  CHECK(input.kind == InputKind::kKey);
  CHECK(input.keyClass == KeyClass::kOther);
  CHECK(input.count == 1);
  CHECK(input.distancePx == 0);
  CHECK_FALSE(input.synthetic);
}

TEST_CASE("features of links and results are kept as numbers, flags only where they are true") {
  const auto serp = bodyOf<Serp>(
      R"({"t":1,"type":"serp","browser":1,"tab":1,"engine":"e","query":"q","results":[{"rank":3,"url":"u","kind":)"
      R"("ad","features":{"height": 90, "above_fold": true, "words": null, "bold": "secret"}}]})");
  REQUIRE(serp.results.size() == 1);
  CHECK(serp.results[0].rank == 3);
  const Features& features = serp.results[0].features;
  CHECK(features.size() == 2);
  CHECK(features.get(*resultFeature("height")) == 90);
  CHECK(features.get(*resultFeature("above_fold")) == 1);

  const auto links = bodyOf<Links>(
      R"({"t":1,"type":"links","browser":1,"tab":1,"links":[{"url":"u","features":{"region":"aside","x":-7,)"
      R"("image":false,"text":"secret"}},{"url":"v"}]})");
  REQUIRE(links.links->size() == 2);
  const Features& link = (*links.links)[0].features;
  CHECK(link.size() == 2);
  CHECK(regionNames()[static_cast<std::size_t>(*link.get(*linkFeature("region")))] == "aside");
  CHECK(link.get(*linkFeature("x")) == -7);
  CHECK((*links.links)[1].features.empty());
}

TEST_CASE("the persisted order of features and regions") {
  const auto names = [](FeatureRules rules) {
    std::string all;
    for (const FeatureRule& rule : rules) all += std::string(rule.name) + " ";
    return all;
  };
  CHECK(
      names(linkFeatureRules()) ==
      "above_fold contrast_percent font_px font_weight grey heading height image image_ratio_percent in_text "
      "italic list_rank new_tab nofollow region same_host same_site underline url_hyphens url_in_url "
      "url_length url_shorter width words x y ");
  CHECK(names(resultFeatureRules()) ==
        "above_fold bold_words height images organic_rank rich_links snippet_words title_bold_words "
        "title_query_words title_words url_hyphens url_length width words x y ");
  std::string regions;
  for (const auto name : regionNames()) regions += std::string(name) + " ";
  CHECK(regions == "header nav main aside footer search other ");
}

TEST_CASE("a results page is of a layout that a rule knows unless it says otherwise") {
  const std::string start =
      R"({"t":1,"type":"serp","browser":1,"tab":1,"engine":"e","query":"q","results":[])";
  CHECK(bodyOf<Serp>(start + "}").recognised);
  CHECK_FALSE(bodyOf<Serp>(start + R"(,"recognised":false})").recognised);
}

TEST_CASE("an error names line, field and what was expected, and nothing of the content") {
  CHECK(errorOf(R"({"t":1,"type":"input","kind":"key","count":-5})") ==
        "line 7, /count: out of range or no integer (expected an integer from 1 to 1000000)");
  CHECK(errorOf(R"({"t":1,"type":"input","kind":"secret"})") ==
        "line 7, /kind: unknown name (expected one of the schema's names)");
  CHECK(errorOf(R"({"t":1,"type":"tab_closed","browser":"b"})") ==
        "line 7, /tab: missing (expected a value)");
  CHECK(errorOf(R"({"type":"end"})") == "line 7, /t: missing (expected a value)");
  CHECK(
      errorOf(
          R"({"t":1,"type":"serp","browser":1,"tab":1,"engine":"e","query":"q","results":[{"rank":1,"url":"u"},)"
          R"({"rank":"2","url":"u"}]})") ==
      "line 7, /results/1/rank: not an integer (expected an integer from 0 to 1000000)");
  CHECK(
      errorOf(
          R"({"t":1,"type":"navigation","browser":"b","tab":1,"url":"u","transition":"link","qualifiers":["no"]})") ==
      "line 7, /qualifiers/0: unknown name (expected one of the schema's names)");
  CHECK(errorOf("[1]") == "line 7: not an object (expected a JSON object)");
  CHECK(errorOf("{\"t\":1") == "line 7: no valid JSON (expected one JSON object in UTF-8)");
  CHECK(errorOf("{\"t\":1,\"type\":\"end\",\"x\":\"\xff\"}") ==
        "line 7: invalid UTF-8 (expected one JSON object in UTF-8)");
}

TEST_CASE("an event of an unknown type is nothing, not an error") {
  EventParser parser;
  const auto event = parser.event(R"({"t":1,"type":"telepathy","strength":"high"})");
  REQUIRE(event.has_value());
  CHECK_FALSE(event->has_value());
}

TEST_CASE("a URL of two megabytes is accepted and a longer one is not") {
  const auto line = [](std::size_t length) {
    return R"({"t":1,"type":"navigation","browser":"b","tab":1,"transition":"link","url":")" +
           std::string(length, 'u') + "\"}";
  };
  CHECK(bodyOf<Navigation>(line(kMaxUrlCharacters)).url.size() == kMaxUrlCharacters);
  CHECK(errorOf(line(kMaxUrlCharacters + 1)) ==
        "line 7, /url: too long (expected at most 2097152 characters)");
}

TEST_CASE("what is encoded decodes to the same event") {
  EventParser parser;
  for (const std::string& line : tests::eventSamples()) {
    const auto event = parser.event(line);
    REQUIRE(event.has_value());
    const std::string once = encodeEvent(**event).dump();
    const auto again = parser.event(once);
    INFO(once);
    REQUIRE(again.has_value());
    CHECK(encodeEvent(**again).dump() == once);
    CHECK((*again)->body.index() == (*event)->body.index());
    CHECK((*again)->time == (*event)->time);
    // Nothing that the sample says is lost, but what is a default or an integer id.
    const auto sample = nlohmann::json::parse(line);
    const auto encoded = nlohmann::json::parse(once);
    for (const auto& [name, value] : sample.items()) {
      if (value == false || name == "tab" || name == "window" || name == "browser") continue;
      INFO(name);
      if (name == "links" || name == "results") {
        CHECK(encoded.at(name).size() == value.size());  // of their features those with a rule
        CHECK(encoded.at(name).back() == value.back());
      } else if (name == "qualifiers") {
        CHECK(encoded.at(name).size() == value.size());
      } else {
        CHECK(encoded.at(name) == value);
      }
    }
  }
}

TEST_CASE("a trace's header gives wall time, offset and hook") {
  EventParser parser;
  const auto header = parser.header(
      R"({"trace":1,"wall_start":"2026-11-21T10:00:00.250Z","utc_offset_min":600,"hook":false})");
  REQUIRE(header.has_value());
  CHECK(toMs(header->wallStart) == 1'795'255'200'250);
  CHECK(header->utcOffset.count() == 600);
  CHECK_FALSE(header->hook);
  CHECK(parser.header(encodeTraceHeader(*header).dump())->wallStart == header->wallStart);
  CHECK(parser.header(R"({"trace":1,"wall_start":"2026-11-21T10:00:00Z"})")->hook);
  CHECK_FALSE(parser.header(R"({"trace":1,"wall_start":"2026-02-30T10:00:00.000Z"})"));
  CHECK_FALSE(parser.header(R"({"trace":2,"wall_start":"2026-11-21T10:00:00.000Z"})"));
  CHECK_FALSE(parser.header(R"({"t":0,"type":"end"})"));
}

TEST_CASE("a message's time is the browser's wall time") {
  simdjson::dom::parser parser;
  CHECK(toMs(*decodeMessageTime(parser.parse(std::string(R"({"time_ms":1795255200250,"type":"end"})")))) ==
        1'795'255'200'250);
}
