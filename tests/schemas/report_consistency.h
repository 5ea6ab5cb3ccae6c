#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

// What a report's schema cannot say, of each version: the oracle that the typed decoder is compared with.

namespace dwell::test {

using Json = nlohmann::json;

inline constexpr std::int64_t kLastTime = 253'402'300'799'999;

inline constexpr std::int64_t kLastId = 9'007'199'254'740'991;

inline bool within(std::int64_t value, std::int64_t low, std::int64_t high) {
  return value >= low && value <= high;
}
inline bool isCount(std::int64_t value) { return within(value, 0, kLastId); }
inline bool isId(std::int64_t value) { return within(value, 1, kLastId); }
inline bool isTime(std::int64_t value) { return within(value, 0, kLastTime); }
inline std::int64_t clamped(std::int64_t value) { return std::clamp<std::int64_t>(value, 0, kLastId); }

/// What the schema cannot say, for a report that follows it. Written from the descriptions in the schema
/// alone.
class Consistency {
 public:
  explicit Consistency(const Json& report) : report_(report) {}

  bool holds() const {
    for (const char* name :
         {"histograms", "visits", "sessions", "trajectories", "searches", "marks", "coverage"}) {
      if (!table(report_[name], rowsOf(name))) return false;
    }
    const Json& browsers = report_["environment"]["browsers"];
    return table(browsers, browsers["brand"].size()) && urls() && visits() && links() && times("sessions") &&
           times("trajectories") && runsWithin("marks", "time_ms", 0, kLastTime) &&
           runsWithin("searches", "id", 1, kLastId) && bucketsAscend();
  }

 private:
  static constexpr std::array<std::int64_t, 13> kEdgesMs = {
      0, 1000, 2000, 3000, 5000, 10000, 15000, 30000, 60000, 120000, 180000, 300000, 900000};
  using Ages = std::array<std::int64_t, 13>;

  std::size_t rowsOf(const char* name) const {
    for (const char* first : {"id", "name", "time_ms", "day"}) {
      if (report_[name].contains(first)) return report_[name][first].size();
    }
    return 0;
  }

  static bool table(const Json& columns, std::size_t rows) {
    for (const auto& [name, column] : columns.items()) {
      if (column.is_object() ? !part(column, rows) : column.size() != rows) return false;
    }
    return true;
  }
  static bool part(const Json& columns, std::size_t rows) {
    if (!columns.contains("row")) return table(columns, rows);
    const bool mayRepeat = columns.contains("low") || columns.contains("seen") ||
                           columns.contains("hover_ms");  // buckets, results, presses
    std::int64_t row = 0, last = -1;
    for (const Json& step : columns["row"]) {
      row += step.get<std::int64_t>();
      if (!within(row, mayRepeat ? std::max<std::int64_t>(last, 0) : last + 1,
                  static_cast<std::int64_t>(rows) - 1)) {
        return false;
      }
      last = row;
    }
    return table(columns, columns["row"].size());
  }

  bool urls() const {
    const auto known = static_cast<std::int64_t>(report_["urls"].size());
    std::int64_t next = 0;
    for (const Json* column :
         {&report_["visits"]["url"], &report_["visits"]["presses"]["url"], &report_["links"]["url"],
          &report_["trajectories"]["login_url"], &report_["searches"]["results"]["url"]}) {
      for (const Json& cell : *column) {
        if (cell.is_null()) continue;
        const auto back = cell.get<std::int64_t>();
        if (back > next || (back == 0 && next == known)) return false;
        next += back == 0 ? 1 : 0;
      }
    }
    return true;
  }

  bool links() const {
    const Json& links = report_["links"];
    std::size_t sum = 0;
    for (const Json& size : links["size"]) {
      if ((sum += size.get<std::size_t>()) > 65'536) return false;
    }
    if (links["url"].size() != sum || !table(links["features"], sum)) return false;
    if (links["table"].size() != links["row"].size()) return false;
    std::map<std::int64_t, std::int64_t> sizes;  // by row of a visit
    std::int64_t row = 0, next = 0;
    for (std::size_t i = 0; i < links["row"].size(); ++i) {
      row += links["row"][i].get<std::int64_t>();
      const auto back = links["table"][i].get<std::int64_t>();
      if (!within(row, 0, static_cast<std::int64_t>(rowsOf("visits")) - 1) || back > next) return false;
      if (!sizes.empty() && row <= sizes.rbegin()->first) return false;
      next += back == 0 ? 1 : 0;
      if (next > static_cast<std::int64_t>(links["size"].size())) return false;
      sizes[row] =
          links["size"][static_cast<std::size_t>(back == 0 ? next - 1 : next - back)].get<std::int64_t>();
    }
    if (next != static_cast<std::int64_t>(links["size"].size())) return false;
    const Json& presses = report_["visits"]["presses"];
    row = 0;
    for (std::size_t i = 0; i < presses["row"].size(); ++i) {
      row += presses["row"][i].get<std::int64_t>();
      if (!presses["link"][i].is_null() && presses["link"][i].get<std::int64_t>() >= sizes[row]) return false;
    }
    return true;
  }

  static Ages agesAt(const Json& column, std::size_t row) {
    Ages ages{};
    std::size_t i = 0;
    for (const Json& value : column[row]) ages[i++] = value.get<std::int64_t>();
    return ages;
  }
  static bool areCounts(const Ages& ages) { return std::all_of(ages.begin(), ages.end(), isCount); }

  bool visits() const {
    const Json& v = report_["visits"];
    std::map<std::int64_t, std::int64_t> ends;
    std::int64_t id = 0, start = 0;
    for (std::size_t row = 0; row < v["id"].size(); ++row) {
      const auto cell = [&](const char* name) { return v[name][row].get<std::int64_t>(); };
      id += cell("id");
      if (!isId(id)) return false;
      for (const char* other : {"source_visit", "redirected_from"}) {
        if (!v[other][row].is_null() && !isId(id - cell(other))) return false;
      }
      const Ages count = agesAt(v["attention_gaps"]["count"], row);
      const Ages sumRest = agesAt(v["attention_gaps"]["sum_ms"], row);
      const Ages ageRest = agesAt(v["attention_by_input_age_ms"], row);
      if (!areCounts(count) || !areCounts(agesAt(v["audible_by_input_age_ms"], row))) return false;
      Ages sum{}, age{}, few{};
      for (std::size_t i = 0; i < 13; ++i) {
        few[i] = std::min<std::int64_t>(count[i], 1'000'000'000);
        sum[i] = few[i] * kEdgesMs[i] + sumRest[i];
      }
      if (!areCounts(sum)) return false;
      for (std::size_t i = 0; i < 13; ++i) {
        std::int64_t fills = sum[i] - few[i] * kEdgesMs[i];
        for (std::size_t k = i + 1; k < 13; ++k) fills += few[k] * (kEdgesMs[i + 1] - kEdgesMs[i]);
        age[i] = clamped(fills) + ageRest[i];
      }
      if (!areCounts(age)) return false;
      const std::int64_t ages = std::accumulate(age.begin(), age.end(), std::int64_t{0});
      const std::int64_t sums = std::accumulate(sum.begin(), sum.end(), std::int64_t{0});
      const std::int64_t attention = clamped(ages) + cell("attention_ms");
      if (!isCount(attention) || !isCount(clamped(ages - sums) + cell("censored_ms"))) return false;
      if (v["start_ms"][row].is_null()) {
        if (v["source_visit"][row].is_null()) return false;
        const auto source = ends.find(id - cell("source_visit"));
        if (source == ends.end()) return false;
        start = source->second;
      } else {
        start += cell("start_ms");
      }
      const std::int64_t end = clamped(start + attention) + cell("end_ms");
      if (!isTime(start) || !isTime(end)) return false;
      ends[id] = end;
      if (!v["attention_first_ms"][row].is_null() && !isTime(start + cell("attention_first_ms")))
        return false;
      if (!v["attention_last_ms"][row].is_null() && !isTime(end + cell("attention_last_ms"))) return false;
      const Json& input = v["input"];
      if (!isCount(input["mouse_downs"][row].get<std::int64_t>() +
                   input["mouse_ups"][row].get<std::int64_t>())) {
        return false;
      }
    }
    return true;
  }

  bool runsWithin(const char* table, const char* column, std::int64_t low, std::int64_t high) const {
    std::int64_t sum = 0;
    for (const Json& step : report_[table][column]) {
      sum += step.get<std::int64_t>();
      if (!within(sum, low, high)) return false;
    }
    return true;
  }
  bool times(const char* name) const {
    if (!runsWithin(name, "id", 1, kLastId) || !runsWithin(name, "start_ms", 0, kLastTime)) return false;
    const Json& table = report_[name];
    std::int64_t start = 0;
    for (std::size_t i = 0; i < table["start_ms"].size(); ++i) {
      start += table["start_ms"][i].get<std::int64_t>();
      if (!isTime(start + table["end_ms"][i].get<std::int64_t>())) return false;
    }
    return true;
  }
  bool bucketsAscend() const {
    const Json& buckets = report_["histograms"]["buckets"];
    for (std::size_t i = 0; i < buckets["row"].size(); ++i) {
      if (buckets["low"][i] >= buckets["high"][i]) return false;
      if (i > 0 && buckets["row"][i] == 0 && buckets["low"][i] < buckets["high"][i - 1]) return false;
    }
    return true;
  }

  const Json& report_;
};

/// The same of version 1.
class Consistency1 {
 public:
  explicit Consistency1(const Json& report) : report_(report) {}

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

}  // namespace dwell::test
