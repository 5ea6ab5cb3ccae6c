#include <catch2/catch.hpp>
#include <fstream>
#include <functional>
#include <nlohmann/json.hpp>
#include <random>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "schemas/report_codec.h"
#include "tests/schemas/random_report.h"

// The typed decoder and report.schema.json must agree on every report, good or bad.

namespace {

using Json = nlohmann::json;
using valijson::adapters::NlohmannJsonAdapter;

class SchemaOracle {
 public:
  SchemaOracle() {
    std::ifstream file(DWELL_SOURCE_DIR "/schemas/report.schema.json");
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

constexpr std::int64_t kLastTime = 253'402'300'799'999;

/// What the schema cannot say, for a report that follows it. Written from the format's description alone.
class Consistency {
 public:
  explicit Consistency(const Json& report) : report_(report) {}

  bool holds() const {
    for (const char* name :
         {"histograms", "visits", "sessions", "trajectories", "searches", "marks", "coverage"}) {
      if (!table(report_[name], rowsOf(report_[name]))) return false;
    }
    const Json& browsers = report_["environment"]["browsers"];
    return table(browsers, rowsOf(browsers)) && times("visits") && times("sessions") &&
           times("trajectories") && runsWithin("marks", "time_ms", 0, kLastTime) &&
           runsWithin("searches", "id", 1, kLastId) && bucketsAscend();
  }

 private:
  static constexpr std::int64_t kLastId = 9'007'199'254'740'991;

  static std::size_t rowsOf(const Json& table) {
    for (const Json& column : table) {
      if (column.is_array()) return column.size();
    }
    return 0;
  }

  bool table(const Json& columns, std::size_t rows) const {
    for (const auto& [name, column] : columns.items()) {
      if (column.is_object()) {
        if (!part(column, rows)) return false;
        continue;
      }
      if (column.size() != rows) return false;
      for (const Json& value : column) {
        if ((name == "url" || name == "login_url") && value.get<std::size_t>() >= report_["urls"].size()) {
          return false;
        }
        if (!ageBucketsAscend(value)) return false;
      }
    }
    return true;
  }
  bool part(const Json& columns, std::size_t rows) const {
    if (!columns.contains("row")) return table(columns, rows);
    const bool mayRepeat = columns.contains("low") || columns.contains("seen");  // buckets, results
    std::int64_t last = -1;
    for (const Json& value : columns["row"]) {
      const auto row = value.get<std::int64_t>();
      if (row >= static_cast<std::int64_t>(rows) || row < last || (row == last && !mayRepeat)) return false;
      last = row;
    }
    return table(columns, columns["row"].size());
  }
  static bool ageBucketsAscend(const Json& value) {
    if (!value.is_array()) return true;
    std::int64_t last = -1;
    for (const Json& pair : value) {
      if (!pair.is_array()) return true;  // a list of ids
      if (pair[0].get<std::int64_t>() <= last) return false;
      last = pair[0].get<std::int64_t>();
    }
    return true;
  }
  bool runsWithin(const char* table, const char* column, std::int64_t low, std::int64_t high) const {
    std::int64_t sum = 0;
    for (const Json& step : report_[table][column]) {
      sum += step.get<std::int64_t>();
      if (sum < low || sum > high) return false;
    }
    return true;
  }
  bool times(const char* name) const {
    if (!runsWithin(name, "id", 1, kLastId) || !runsWithin(name, "start_ms", 0, kLastTime)) return false;
    const Json& table = report_[name];
    std::int64_t start = 0;
    for (std::size_t i = 0; i < table["start_ms"].size(); ++i) {
      start += table["start_ms"][i].get<std::int64_t>();
      for (const char* column : {"end_ms", "attention_first_ms", "attention_last_ms"}) {
        if (!table.contains(column) || table[column][i].is_null()) continue;
        const std::int64_t time = start + table[column][i].get<std::int64_t>();
        if (time < 0 || time > kLastTime) return false;
      }
    }
    return true;
  }
  bool bucketsAscend() const {
    const Json& buckets = report_["histograms"]["buckets"];
    for (std::size_t i = 0; i < buckets["row"].size(); ++i) {
      if (buckets["low"][i] >= buckets["high"][i]) return false;
      if (i > 0 && buckets["row"][i] == buckets["row"][i - 1] && buckets["low"][i] < buckets["high"][i - 1]) {
        return false;
      }
    }
    return true;
  }

  const Json& report_;
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

TEST_CASE("the typed decoder and the schema accept and refuse the same reports") {
  SchemaOracle schema;
  std::mt19937_64 random(20'261'122);
  Mutator mutator(random);
  int accepted = 0, refusedBySchema = 0, refusedByConsistency = 0;
  for (int i = 0; i < 3'200; ++i) {
    Json report = Json::parse(dwell::schemas::encodeReport(dwell::test::randomReport(random, /*rows=*/2)));
    for (auto changes = 1 + random() % 2; changes > 0; --changes) mutator.change(report);
    const bool valid = schema.accepts(report);
    const bool expected = valid && Consistency(report).holds();
    const std::string text = report.dump();
    const auto decoded = dwell::schemas::decodeReport(text);
    if (decoded.has_value() != expected) {
      FAIL("report " << i << ": schema " << valid << ", expected " << expected << ", decoder says "
                     << (decoded ? "yes" : decoded.error().message()) << "\n"
                     << text);
    }
    ++(expected ? accepted : valid ? refusedByConsistency : refusedBySchema);
  }
  INFO(accepted << " accepted, " << refusedBySchema << " against the schema, " << refusedByConsistency
                << " inconsistent");
  CHECK(accepted > 300);
  CHECK(refusedBySchema > 1'000);
  CHECK(refusedByConsistency > 50);
}
