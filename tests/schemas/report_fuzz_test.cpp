#include <catch2/catch.hpp>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "schemas/report_codec.h"
#include "tests/schemas/random_report.h"
#include "tests/schemas/report_consistency.h"

// The typed decoder and report.schema.json must agree on every report, good or bad.

namespace {

using namespace dwell::test;
using Json = nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

class SchemaOracle {
 public:
  explicit SchemaOracle(const std::string& name) {
    std::ifstream file(DWELL_SOURCE_DIR "/schemas/" + name);
    const Json document = Json::parse(file);
    valijson::SchemaParser parser(valijson::SchemaParser::kDraft7);
    parser.populateSchema(NlohmannJsonAdapter(document), schema_);
  }
  bool accepts(const Json& report) {
    valijson::Validator validator;
    return validator.validate(schema_, NlohmannJsonAdapter(report), nullptr);
  }

 private:
  valijson::Schema schema_;
};

class Mutator {
 public:
  explicit Mutator(std::mt19937_64& random) : random_(random) {}

  void change(Json& report) {
    // Down from the root, so that a rare scalar is as likely as one cell of a long column.
    Json* parent = &report;
    Json* at = &report;
    while (at->is_structured() && !at->empty() && (at == &report || random_() % 8 != 0)) {
      parent = at;
      at = &child(*at);
    }
    switch (random_() % 6) {
      case 0:
        remove(*parent, *at);
        return;
      case 1:
        add(*at);
        return;
      case 2:
      case 3:
        nudge(*at);
        return;
      default:
        *at = oddValue();
    }
  }

 private:
  Json& child(Json& of) {
    auto it = of.begin();
    std::advance(it, static_cast<std::ptrdiff_t>(random_() % of.size()));
    return *it;
  }
  static void remove(Json& parent, const Json& at) {
    for (auto it = parent.begin(); it != parent.end(); ++it) {
      if (&*it == &at) {
        parent.erase(it);
        return;
      }
    }
  }
  void add(Json& at) {
    if (at.is_array()) {
      at.push_back(at.empty() || random_() % 2 == 0 ? oddValue() : at.front());
    } else if (at.is_object()) {
      at["added"] = oddValue();
    } else {
      at = oddValue();
    }
  }
  void nudge(Json& at) {
    if (at.is_number_integer()) {
      at = at.get<std::int64_t>() + static_cast<std::int64_t>(random_() % 5) - 2;
    } else if (at.is_string()) {
      at = at.get<std::string>() + "x";
    } else if (at.is_boolean()) {
      at = !at.get<bool>();
    } else {
      at = oddValue();
    }
  }
  /// No integer above 2^63 - 1: valijson's adapter wraps those (report_test.cpp has one).
  Json oddValue() {
    static const std::vector<Json> kOdd = {nullptr,
                                           true,
                                           0,
                                           1,
                                           -1,
                                           12,
                                           13,
                                           14,
                                           17,
                                           100,
                                           104,
                                           255,
                                           1.0,
                                           0.5,
                                           -0.5,
                                           1e15,
                                           1.1e15,
                                           1e30,
                                           9'007'199'254'740'991,
                                           9'007'199'254'740'992,
                                           -9'007'199'254'740'991,
                                           kLastTime,
                                           kLastTime + 1,
                                           std::numeric_limits<std::int64_t>::max(),
                                           std::numeric_limits<std::int64_t>::min(),
                                           "",
                                           "text",
                                           "00000000-0000-4000-8000-00000000000g",
                                           "00000000-0000-4000-8000-000000000000",
                                           Json::array(),
                                           Json::array({Json::array({0, 1})}),
                                           Json::array({Json::array({5, 1}), Json::array({4, 1})}),
                                           Json::array({1, 2}),
                                           Json::object()};
    return kOdd[random_() % kOdd.size()];
  }

  std::mt19937_64& random_;
};

}  // namespace

namespace {

struct Agreement {
  int accepted = 0, refusedBySchema = 0, refusedByConsistency = 0;
};

/// Changes reports that `next` gives, and compares what the decoder says of them with the schema and
/// `consistent`.
template <class Next, class Consistent>
Agreement compare(const std::string& schemaName, int reports, std::mt19937_64& random, Next next,
                  Consistent consistent) {
  SchemaOracle schema(schemaName);
  Mutator mutator(random);
  Agreement agreement;
  for (int i = 0; i < reports; ++i) {
    Json report = Json::parse(next());
    for (auto changes = 1 + random() % 2; changes > 0; --changes) mutator.change(report);
    const bool valid = schema.accepts(report);
    const bool expected = valid && consistent(report);
    const std::string text = report.dump();
    const auto decoded = dwell::schemas::decodeReport(text);
    if (decoded.has_value() != expected) {
      FAIL("report " << i << ": schema " << valid << ", expected " << expected << ", decoder says "
                     << (decoded ? "yes" : decoded.error().message()) << "\n"
                     << text);
    }
    ++(expected ? agreement.accepted : valid ? agreement.refusedByConsistency : agreement.refusedBySchema);
  }
  return agreement;
}

}  // namespace

TEST_CASE("the typed decoder and the schema accept and refuse the same reports") {
  std::mt19937_64 random(20'261'122);
  const Agreement agreement = compare(
      "report.schema.json", 2'400, random,
      [&] { return dwell::schemas::encodeReport(dwell::test::randomReport(random, /*rows=*/2)); },
      [](const Json& report) { return Consistency(report).holds(); });
  INFO(agreement.accepted << " accepted, " << agreement.refusedBySchema << " against the schema, "
                          << agreement.refusedByConsistency << " inconsistent");
  CHECK(agreement.accepted > 200);
  CHECK(agreement.refusedBySchema > 750);
  CHECK(agreement.refusedByConsistency > 35);
}

TEST_CASE("of version 1, too") {
  std::vector<std::string> reports;
  std::ifstream file(DWELL_SOURCE_DIR "/tests/schemas/reports_version_1.jsonl");
  for (std::string report, rows; std::getline(file, report) && std::getline(file, rows);)
    reports.push_back(report);
  std::mt19937_64 random(1);
  const Agreement agreement = compare(
      "report_1.schema.json", 800, random, [&] { return reports.at(random() % reports.size()); },
      [](const Json& report) { return Consistency1(report).holds(); });
  INFO(agreement.accepted << " accepted, " << agreement.refusedBySchema << " against the schema, "
                          << agreement.refusedByConsistency << " inconsistent");
  CHECK(agreement.accepted > 75);
  CHECK(agreement.refusedBySchema > 250);
  CHECK(agreement.refusedByConsistency > 12);
}
