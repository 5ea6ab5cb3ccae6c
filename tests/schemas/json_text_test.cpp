#include "schemas/json_text.h"

#include <catch2/catch.hpp>
#include <limits>
#include <nlohmann/json.hpp>

using namespace dwell;
using namespace dwell::schemas;
using Json = nlohmann::ordered_json;

namespace {

template <class T>
std::string written(const T& value) {
  return JsonText().value(value).take();
}

}  // namespace

TEST_CASE("every character reads back as itself, and nothing is escaped that need not be") {
  for (int c = 0; c < 0x80; ++c) {
    const std::string text = {'a', static_cast<char>(c), static_cast<char>(c), 'b'};
    CHECK(Json::parse(written(text)) == Json(text));
  }
  CHECK(written("\"\\\n/ é 日") == "\"\\\"\\\\\\u000a/ é 日\"");
  CHECK(written("") == "\"\"");
}

TEST_CASE("numbers read back as the same value of the same kind") {
  for (const std::int64_t number :
       {std::int64_t{0}, std::int64_t{-1}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    CHECK(Json::parse(written(number)).get<std::int64_t>() == number);
  }
  for (const double number : {0.0, 1.0, -2.5, 0.1, 1e300, 5e-324, 849.0, 123456789012345680.0}) {
    const Json json = Json::parse(written(number));
    CHECK(json.is_number_float());
    CHECK(json.get<double>() == number);
  }
  CHECK(written(849.0) == "849.0");
}

TEST_CASE("members and items are separated, however they are nested") {
  JsonText json;
  json.beginObject()
      .member("a", 1)
      .key("b")
      .beginArray()
      .beginObject()
      .endObject()
      .value(2)
      .beginArray()
      .endArray();
  json.endArray().key("c").beginObject().member("d", std::vector<int>{}).endObject();
  json.member("e", std::optional<int>())
      .member("f", std::array<int, 2>{3, 4})
      .member("g\"", true)
      .endObject();
  CHECK(json.take() == R"({"a":1,"b":[{},2,[]],"c":{"d":[]},"e":null,"f":[3,4],"g\"":true})");
}
