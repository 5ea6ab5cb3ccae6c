#include "app/agent/control_request.h"

#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>
#include <vector>

namespace {

using dwell::app::ControlRequest;
using dwell::app::decodeControlRequest;
using nlohmann::json;
using Command = ControlRequest::Command;

bool schemaAccepts(const json& request) {
  static const valijson::Schema& schema = [&]() -> const valijson::Schema& {
    static valijson::Schema made;
    std::ifstream file(DWELL_SOURCE_DIR "/schemas/control.schema.json");
    const json document = json::parse(file);
    valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(document), made);
    return made;
  }();
  valijson::Validator validator;
  return validator.validate(schema, valijson::adapters::NlohmannJsonAdapter(request), nullptr);
}

TEST_CASE("every command is understood with its fields") {
  CHECK(decodeControlRequest(R"({"command":"status"})")->command == Command::kStatus);
  CHECK(decodeControlRequest(R"({"command":"pause"})")->minutes == std::nullopt);
  CHECK(decodeControlRequest(R"({"command":"pause","minutes":30})")->minutes == 30);
  CHECK(decodeControlRequest(R"({"command":"pause","until_ms":30})")->until == dwell::wallTime(30));
  const auto mark = decodeControlRequest(R"({"command":"mark","name":"task","value":"2"})");
  REQUIRE(mark);
  CHECK(mark->name == "task");
  CHECK(mark->value == "2");
  CHECK(decodeControlRequest(R"({"command":"participant","label":"P7"})")->label == "P7");
  CHECK(decodeControlRequest(R"({"command":"participant","label":null})")->label == std::nullopt);
  const auto erase = decodeControlRequest(R"({"command":"erase","host":"Shop.Example","first_day":20000})");
  REQUIRE(erase);
  CHECK(erase->erasure == dwell::monitor::Erasure{"shop.example", {20'000, {}}});
  CHECK_FALSE(decodeControlRequest(R"({"command":"erase","first_day":2,"last_day":1})"));
}

TEST_CASE("decoder and schema agree on what a request is") {
  const std::vector<json> values = {nullptr,
                                    true,
                                    0,
                                    1,
                                    10'080,
                                    10'081,
                                    -1,
                                    1.0,
                                    1.5,
                                    "",
                                    "a",
                                    "pause",
                                    "status",
                                    std::string(200, 'x'),
                                    std::string(201, 'x'),
                                    "ä" + std::string(199, 'x'),
                                    std::string(2000, 'x'),
                                    std::string(2001, 'x'),
                                    json::array(),
                                    json::object()};
  const std::vector<json> bases = {{{"command", "status"}},
                                   {{"command", "subscribe"}},
                                   {{"command", "pause"}},
                                   {{"command", "pause"}, {"minutes", 5}},
                                   {{"command", "pause"}, {"until_ms", 5}},
                                   {{"command", "pause"}, {"until_ms", 5}, {"minutes", 5}},
                                   {{"command", "resume"}},
                                   {{"command", "reload"}},
                                   {{"command", "flush"}},
                                   {{"command", "mark"}, {"name", "n"}, {"value", "v"}},
                                   {{"command", "participant"}, {"label", "l"}},
                                   {{"command", "erase"}},
                                   {{"command", "erase"}, {"host", "h"}},
                                   {{"command", "erase"}, {"first_day", 0}, {"last_day", 20'000}},
                                   json::object()};
  int accepted = 0;
  const auto agree = [&accepted](const json& request) {
    const bool decoded = decodeControlRequest(request.dump()).has_value();
    if (decoded) ++accepted;
    INFO(request.dump());
    CHECK(decoded == schemaAccepts(request));
  };
  for (const auto& base : bases) {
    agree(base);
    for (const auto* field : {"command", "minutes", "until_ms", "name", "value", "label", "host", "first_day",
                              "last_day", "more"}) {
      for (const auto& value : values) {
        json changed = base;
        changed[field] = value;
        agree(changed);
      }
      json without = base;
      without.erase(field);
      agree(without);
    }
  }
  for (const auto& value : values) agree(value);
  CHECK(accepted > 50);
}

TEST_CASE("what is no JSON is refused, and no refusal repeats what was sent") {
  for (const auto* line : {"", "secret", "{\"command\":\"secret\"}", "{\"command\":\"status\",\"secret\":1}",
                           "{\"command\":\"mark\",\"name\":[\"secret\"],\"value\":\"\"}", "\xff"}) {
    const auto request = decodeControlRequest(line);
    REQUIRE_FALSE(request);
    const auto answer = json::parse(dwell::app::refusal(request.error()));
    CHECK(answer["ok"] == false);
    CHECK_FALSE(answer["error"].get<std::string>().empty());
    CHECK(answer.dump().find("secret") == std::string::npos);
  }
}

}  // namespace
