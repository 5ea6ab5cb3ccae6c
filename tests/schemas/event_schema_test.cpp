// The typed decoder against event.schema.json, with valijson as the oracle.
#include <catch2/catch.hpp>
#include <fstream>
#include <random>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "schemas/event_codec.h"
#include "tests/schemas/event_samples.h"

using namespace dwell;
using nlohmann::json;

namespace {

json readSchema() {
  std::ifstream file(DWELL_SOURCE_DIR "/schemas/event.schema.json");
  return json::parse(file);
}

/// A schema's document; `of` a definition of it (null: the whole).
class Oracle {
 public:
  explicit Oracle(json document) : document_(std::move(document)) {
    const valijson::adapters::NlohmannJsonAdapter adapter(document_);
    valijson::SchemaParser().populateSchema(adapter, schema_);
  }
  bool accepts(const json& value) {
    const valijson::adapters::NlohmannJsonAdapter adapter(value);
    return validator_.validate(schema_, adapter, nullptr);
  }

 private:
  json document_;
  valijson::Schema schema_;
  valijson::Validator validator_;
};

/// Values at and around every limit and of every type.
std::vector<json> values() {
  std::vector<json> values = {nullptr,
                              true,
                              false,
                              0,
                              1,
                              -1,
                              2,
                              16,
                              17,
                              64,
                              99,
                              100,
                              101,
                              300,
                              1'000'000,
                              1'000'001,
                              10'000'000,
                              10'000'001,
                              std::int64_t{1} << 53,
                              (std::int64_t{1} << 53) - 1,
                              -(std::int64_t{1} << 53),
                              0.5,
                              -0.5,
                              1.0,
                              1e6,
                              1e13,
                              "",
                              "x",
                              "key",
                              "typed",
                              "link",
                              "unknown",
                              "other",
                              "input",
                              "end",
                              "present",
                              json::array(),
                              json::object(),
                              json::array({1}),
                              json::array({"x", nullptr}),
                              json::array({-1}),
                              json::array({"forward_back"}),
                              json::array({1'000'001}),
                              {{"url", "u"}},
                              {{"rank", 1}, {"url", "u"}}};
  for (const std::size_t length : {100, 101, 128, 129, 200, 201, 2'000, 2'001}) {
    values.emplace_back(std::string(length, 'a'));
    std::string wide;  // as many code points, twice the bytes
    for (std::size_t i = 0; i < length; ++i) wide += "é";
    values.emplace_back(wide);
  }
  json many = json::array();
  for (int i = 0; i < 17; ++i) many.push_back("forward_back");
  values.push_back(many);
  json links = json::array();
  for (int i = 0; i < 301; ++i) links.push_back({{"url", "u"}, {"rank", i}});
  values.push_back(links);
  links.erase(0);
  values.push_back(links);
  json ranks = json::array();
  for (int i = 0; i < 10'001; ++i) ranks.push_back(i);
  values.push_back(ranks);
  json features = json::object();
  for (int i = 0; i < 65; ++i) features["f" + std::to_string(i)] = i;
  values.push_back(features);
  features.erase("f0");
  values.push_back(features);
  values.push_back({{"f", json::array()}});
  values.push_back({{"f", std::string(201, 'x')}});
  return values;
}

/// Changes one place of `value`, or of something inside it.
void mutate(json& value, const std::vector<json>& pool, std::mt19937& random) {
  const auto pick = [&](std::size_t size) {
    return std::uniform_int_distribution<std::size_t>(0, size - 1)(random);
  };
  if (value.is_structured() && !value.empty()) {
    const auto place = std::next(value.begin(), static_cast<std::ptrdiff_t>(pick(value.size())));
    switch (pick(4)) {
      case 0:
        value.erase(place);
        return;
      case 1:
        *place = pool[pick(pool.size())];
        return;
      case 2:
        if (value.is_object()) {
          value["unknown_field"] = pool[pick(pool.size())];
        } else {
          value.push_back(pool[pick(pool.size())]);
        }
        return;
      default:
        if (place->is_structured() && !place->empty()) return mutate(*place, pool, random);
        *place = pool[pick(pool.size())];
        return;
    }
  }
  value = pool[pick(pool.size())];
}

}  // namespace

TEST_CASE("every sample event satisfies the schema and decodes") {
  Oracle oracle(readSchema());
  schemas::EventParser parser;
  for (const std::string& line : tests::eventSamples()) {
    INFO(line);
    CHECK(oracle.accepts(json::parse(line)));
    const auto event = parser.event(line);
    REQUIRE(event.has_value());
    CHECK(event->has_value());
  }
}

TEST_CASE("decoder and schema accept and refuse the same 10,000 mutated events") {
  Oracle oracle(readSchema());
  schemas::EventParser parser;
  const std::vector<json> pool = values();
  std::mt19937 random(7);
  std::vector<json> samples;
  for (const std::string& line : tests::eventSamples()) samples.push_back(json::parse(line));
  int accepted = 0;
  int unknown = 0;
  constexpr int kEvents = 10'000;
  for (int i = 0; i < kEvents; ++i) {
    json event = samples[static_cast<std::size_t>(i) % samples.size()];
    const std::size_t times = 1 + random() % 2;
    for (std::size_t n = 0; n < times; ++n) mutate(event, pool, random);
    const auto decoded = parser.event(event.dump());
    const bool valid = oracle.accepts(event);
    if (decoded.has_value() != valid) {
      INFO(event.dump().substr(0, 2'000));
      INFO((decoded ? std::string("decoded") : decoded.error().message()));
      REQUIRE(decoded.has_value() == valid);
    }
    accepted += valid;
    unknown += valid && !decoded->has_value();
  }
  // The mutations have to reach both sides for this to mean something.
  CHECK(accepted > kEvents / 5);
  CHECK(accepted < kEvents * 4 / 5);
  CHECK(unknown > 100);
}

TEST_CASE("trace headers are accepted and refused as the schema says") {
  json document = readSchema();
  document.erase("allOf");
  document["allOf"] = json::array({{{"$ref", "#/definitions/header"}}});
  Oracle oracle(document);
  schemas::EventParser parser;
  const std::vector<json> pool = values();
  std::mt19937 random(11);
  const json whole = {
      {"trace", 1}, {"wall_start", "2026-11-21T10:00:00.000Z"}, {"utc_offset_min", 600}, {"hook", false}};
  for (int i = 0; i < 2'000; ++i) {
    json header = whole;
    mutate(header, pool, random);
    INFO(header.dump().substr(0, 300));
    REQUIRE(parser.header(header.dump()).has_value() == oracle.accepts(header));
  }
}

TEST_CASE("every integer in the event schema has a minimum and a maximum") {
  const json document = readSchema();
  int integers = 0;
  const std::function<void(const json&)> look = [&](const json& node) {
    if (node.is_object() && node.contains("type")) {
      const json& type = node["type"];
      const bool integer = type == "integer" || (type.is_array() && type[0] == "integer");
      if (integer) {
        ++integers;
        INFO(node.dump());
        CHECK(node.contains("minimum"));
        CHECK(node.contains("maximum"));
      }
    }
    if (node.is_structured()) {
      for (const json& inner : node) look(inner);
    }
  };
  look(document);
  CHECK(integers > 10);
}
