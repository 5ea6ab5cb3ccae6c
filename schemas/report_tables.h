#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "schemas/report_fields.h"
#include "schemas/report_values.h"

/// The reading half of a report's tables. Inside the codec only.
namespace dwell::schemas::report_tables {

namespace dom = simdjson::dom;
using report_fields::kMaxRows;
using report_fields::Range;
using report_fields::TextRule;
using report_values::Element;
using report_values::Members;

/// What a report's tables share while they are read.
struct Reading {
  int version = kReportVersion;
  std::vector<std::string> urls;
  std::size_t nextUrl = 0;  ///< of `urls`, the first that no column has named yet
};

template <class T>
void assign(T& to, std::int64_t value) {
  to = static_cast<T>(value);
}
inline void assign(WallTime& to, std::int64_t ms) { to = wallTime(ms); }
inline void assign(UtcOffset& to, std::int64_t minutes) {
  to = UtcOffset(static_cast<std::int32_t>(minutes));
}

inline bool within(std::int64_t value, Range range) { return value >= range.min && value <= range.max; }

/// The rows that a table of parts belongs to, in order; one may come again where it `mayRepeat` (1).
inline std::vector<std::size_t> rowIndexes(Members& members, std::size_t rows, std::int64_t mayRepeat,
                                           const Reading& reading) {
  std::vector<std::size_t> indexes;
  const auto array = members.getArray("row");
  if (!array) return indexes;
  if (array->size() > kMaxRows) {
    members.faults().add("too long", members.pointer("row"),
                         "at most " + std::to_string(kMaxRows) + " entries");
    return {};
  }
  Range range{0, static_cast<std::int64_t>(rows) - 1};
  std::int64_t row = 0;
  for (const Element element : *array) {
    std::int64_t value = 0;
    const bool read = report_values::readInteger(element, report_fields::kDifference, value);
    row = reading.version >= 2 ? row + value : value;
    if (!read || !within(row, range)) {
      members.faults().add("not a row of the table above, in order",
                           members.pointer("row") + "/" + std::to_string(indexes.size()),
                           report_values::expectedInteger(range));
      return {};
    }
    indexes.push_back(static_cast<std::size_t>(row));
    range.min = row + 1 - mayRepeat;
  }
  return indexes;
}

/// Reads columns into `rows`, one entry each.
template <class Row>
class TableReader {
 public:
  TableReader(Members& members, const std::vector<Row*>& rows, Reading& reading)
      : members_(members), rows_(rows), reading_(reading) {}

  bool since(int version) const { return reading_.version >= version; }

  template <class T>
  void integer(const char* name, T Row::*member, Range range) {
    column(
        name,
        [&](Row& row, const Element& element) {
          std::int64_t value = 0;
          if (!report_values::readInteger(element, range, value)) return false;
          assign(row.*member, value);
          return true;
        },
        [&] { return report_values::expectedInteger(range); });
  }
  template <class T>
  void optionalInteger(const char* name, std::optional<T> Row::*member, Range range) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return element.is_null() || report_values::readInteger(element, range, (row.*member).emplace());
        },
        [&] { return report_values::expectedInteger(range) + ", or null"; });
  }
  template <class T>
  void difference(const char* name, T Row::*member, Range range) {
    std::int64_t sum = 0;
    column(
        name,
        [&](Row& row, const Element& element) {
          std::int64_t step = 0;
          if (!report_values::readInteger(element, report_fields::kDifference, step)) return false;
          sum += step;
          assign(row.*member, sum);
          return within(sum, range);
        },
        [&] { return expectedDifference(range); });
  }
  void offset(const char* name, WallTime Row::*member, WallTime Row::*base) {
    column(
        name, [&](Row& row, const Element& element) { return readOffset(element, row.*base, row.*member); },
        [] { return "a distance in ms that leads to " + expectedTime(); });
  }
  void optionalOffset(const char* name, std::optional<WallTime> Row::*member, WallTime Row::*base) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return element.is_null() || readOffset(element, row.*base, (row.*member).emplace());
        },
        [] { return "null or a distance in ms that leads to " + expectedTime(); });
  }
  template <class Enum, class Known>
  void code(const char* name, Enum Row::*member, Known known) {
    column(
        name,
        [&](Row& row, const Element& element) {
          std::int64_t value = 0;
          if (!report_values::readInteger(element, Range{0, 255}, value) || !known(value)) return false;
          row.*member = static_cast<Enum>(value);
          return true;
        },
        [] { return "one of the schema's codes"; });
  }
  void flag(const char* name, bool Row::*member) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return element.get_bool().get(row.*member) == simdjson::SUCCESS;
        },
        [] { return "true or false"; });
  }
  void text(const char* name, std::string Row::*member) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return report_values::readText(element, TextRule::kAny, row.*member);
        },
        [] { return "a string"; });
  }
  void optionalText(const char* name, std::optional<std::string> Row::*member) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return element.is_null() ||
                 report_values::readText(element, TextRule::kAny, (row.*member).emplace());
        },
        [] { return "a string or null"; });
  }
  void url(const char* name, std::string Row::*member) {
    const auto urls = static_cast<std::int64_t>(reading_.urls.size());
    column(
        name, [&](Row& row, const Element& element) { return readUrl(element, row.*member); },
        [&] {
          return (since(2) ? "a place in /urls, counted back from the next new one; it has "
                           : "an index into /urls, which has ") +
                 std::to_string(urls);
        });
  }
  void optionalUrl(const char* name, std::string Row::*member) {
    const auto urls = static_cast<std::int64_t>(reading_.urls.size());
    column(
        name,
        [&](Row& row, const Element& element) { return element.is_null() || readUrl(element, row.*member); },
        [&] {
          return "null or a place in /urls, counted back from the next new one; it has " +
                 std::to_string(urls);
        });
  }
  void features(const char* name, Features Row::*member, FeatureRules rules) {
    const auto object = members_.getObject(name);
    if (!object) return;
    Members columns(members_.faults(), *object, members_.pointer(name));
    for (std::size_t place = 0; place < rules.size(); ++place) {
      const std::string feature(rules[place].name);
      Element found;
      if (object->at_key(feature).get(found) != simdjson::SUCCESS) {
        continue;
      }
      TableReader<Row> table(columns, rows_, reading_);
      table.column(
          feature.c_str(),
          [&](Row& row, const Element& element) {
            const bool isFlag = rules[place].type == FeatureRule::Type::kFlag;
            std::int64_t value = 0;
            if (element.is_null()) return !isFlag;
            return report_values::readInteger(element, report_fields::kDifference, value) &&
                   setFeature(row.*member, rules, place, value);
          },
          [&] { return "a value of the feature, as in the schema"; });
    }
    columns.finish();
  }
  void buckets(const char* name, AgeBuckets Row::*member) {
    column(
        name,
        [&](Row& row, const Element& element) { return report_values::readBuckets(element, row.*member); },
        [] { return "pairs [bucket, value] of the buckets above 0, ascending"; });
  }
  template <class Expect>
  void ages(const char* name, AgeBuckets Row::*member, const Expect& expect) {
    column(
        name,
        [&](Row& row, const Element& element) {
          row.*member = expect(row);
          return report_values::addBuckets(element, row.*member);
        },
        [] {
          return "at most 13 differences, each of which leads to " +
                 report_values::expectedInteger(report_fields::kCount);
        });
  }
  template <class Get, class Expect>
  void rest(const char* name, const Get& get, const Expect& expect, Range range) {
    column(
        name,
        [&](Row& row, const Element& element) {
          std::int64_t difference = 0;
          if (!report_values::readInteger(element, report_fields::kDifference, difference)) return false;
          get(row) = expect(row) + difference;
          return within(get(row), range);
        },
        [&] { return expectedDifference(range); });
  }
  void optionalBack(const char* name, std::optional<std::int64_t> Row::*member, std::int64_t Row::*base,
                    Range range) {
    column(
        name,
        [&](Row& row, const Element& element) {
          if (element.is_null()) return true;
          std::int64_t back = 0;
          if (!report_values::readInteger(element, report_fields::kDifference, back)) return false;
          return within((row.*member).emplace(row.*base - back), range);
        },
        [&] { return "null or " + expectedDifference(range); });
  }
  /// Both at once: a start may be the end of an earlier row.
  void startAndEnd(const char* startName, const char* endName) {
    const auto starts = sizedArray(startName);
    const auto ends = sizedArray(endName);
    if (!starts || !ends) return;
    std::unordered_map<std::int64_t, WallTime> known;
    std::int64_t previous = 0;
    auto end = ends->begin();
    std::size_t i = 0;
    for (const Element start : *starts) {
      Row& row = *rows_[i];
      if (start.is_null()) {
        const auto source = row.sourceVisit ? known.find(*row.sourceVisit) : known.end();
        if (source == known.end()) {
          members_.faults().add("the source visit is no row before this one", entry(startName, i),
                                expectedDifference(report_fields::kTime));
          return;
        }
        row.start = source->second;
      } else {
        std::int64_t step = 0;
        const bool read = report_values::readInteger(start, report_fields::kDifference, step);
        if (!read || !within(previous + step, report_fields::kTime)) {
          members_.faults().add("wrong value", entry(startName, i),
                                "null or " + expectedDifference(report_fields::kTime));
          return;
        }
        row.start = wallTime(previous + step);
      }
      previous = toMs(row.start);
      std::int64_t rest = 0;
      const bool read = report_values::readInteger(*end, report_fields::kDifference, rest);
      if (!read || !within(report_fields::endMs(row) + rest, report_fields::kTime)) {
        members_.faults().add("wrong value", entry(endName, i), expectedDifference(report_fields::kTime));
        return;
      }
      row.end = wallTime(report_fields::endMs(row) + rest);
      known.insert_or_assign(row.id, row.end);
      ++end;
      ++i;
    }
  }
  void integers(const char* name, std::vector<std::int64_t> Row::*member, Range range) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return report_values::readIntegers(element, range, row.*member);
        },
        [&] { return "an array, each of it " + report_values::expectedInteger(range); });
  }
  void optionalNumber(const char* name, std::optional<double> Row::*member) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return element.is_null() || report_values::readNumber(element, (row.*member).emplace());
        },
        [] { return "a number from 0 to 1e15, or null"; });
  }
  void optionalFlag(const char* name, std::optional<bool> Row::*member) {
    column(
        name,
        [&](Row& row, const Element& element) {
          return element.is_null() || element.get_bool().get((row.*member).emplace()) == simdjson::SUCCESS;
        },
        [] { return "true, false or null"; });
  }

  template <class Part, class Describe>
  void group(const char* name, Part Row::*member, const Describe& describe) {
    std::vector<Part*> parts;
    parts.reserve(rows_.size());
    for (Row* row : rows_) parts.push_back(&(row->*member));
    const auto object = members_.getObject(name);
    if (!object) return;
    Members members(members_.faults(), *object, members_.pointer(name));
    readRows(members, parts, describe);
  }
  template <class Part, class Describe>
  void optional(const char* name, std::optional<Part> Row::*member, const Describe& describe) {
    const auto object = members_.getObject(name);
    if (!object) return;
    Members members(members_.faults(), *object, members_.pointer(name));
    std::vector<Part*> parts;
    for (const std::size_t row : rowIndexes(members, /*mayRepeat=*/0)) {
      parts.push_back(&(rows_[row]->*member).emplace());
    }
    readRows(members, parts, describe);
  }
  template <class Part, class Describe>
  void children(const char* name, std::vector<Part> Row::*member, const Describe& describe) {
    const auto object = members_.getObject(name);
    if (!object) return;
    Members members(members_.faults(), *object, members_.pointer(name));
    const std::vector<std::size_t> indexes = rowIndexes(members, /*mayRepeat=*/1);
    for (const std::size_t row : indexes) (rows_[row]->*member).emplace_back();
    std::vector<Part*> parts;
    parts.reserve(indexes.size());
    std::size_t last = kMaxRows;
    std::size_t nth = 0;
    for (const std::size_t row : indexes) {
      nth = row == last ? nth + 1 : 0;
      last = row;
      parts.push_back(&(rows_[row]->*member)[nth]);
    }
    readRows(members, parts, describe);
  }

 private:
  static std::string expectedDifference(Range range) {
    return "a difference that leads to " + report_values::expectedInteger(range);
  }
  std::string entry(const char* name, std::size_t i) const {
    return members_.pointer(name) + "/" + std::to_string(i);
  }
  static std::string expectedTime() { return report_values::expectedInteger(report_fields::kTime); }

  static bool readOffset(const Element& element, WallTime base, WallTime& out) {
    std::int64_t distance = 0;
    if (!report_values::readInteger(element, report_fields::kDifference, distance)) return false;
    out = base + Millis(distance);
    return within(toMs(out), report_fields::kTime);
  }

  template <class Part, class Describe>
  void readRows(Members& members, const std::vector<Part*>& parts, const Describe& describe) {
    TableReader<Part> table(members, parts, reading_);
    describe(table);
    members.finish();
  }

  std::vector<std::size_t> rowIndexes(Members& members, std::int64_t mayRepeat) {
    return report_tables::rowIndexes(members, rows_.size(), mayRepeat, reading_);
  }
  bool readUrl(const Element& element, std::string& out) {
    std::int64_t value = 0;
    if (!report_values::readInteger(element, report_fields::kCount, value)) return false;
    const auto next = static_cast<std::int64_t>(reading_.nextUrl);
    const std::int64_t index = since(2) ? next - value : value;
    if (index < 0 || index >= static_cast<std::int64_t>(reading_.urls.size())) return false;
    if (since(2) && value == 0) ++reading_.nextUrl;
    out = reading_.urls[static_cast<std::size_t>(index)];
    return true;
  }

  template <class Read, class Expectation>
  void column(const char* name, const Read& read, const Expectation& expected) {
    const auto values = sizedArray(name);
    if (!values) return;
    std::size_t i = 0;
    for (const Element element : *values) {
      if (!read(*rows_[i], element)) {
        members_.faults().add("wrong value", entry(name, i), expected());
        return;
      }
      ++i;
    }
  }

  /// A column: as many entries as there are rows.
  std::optional<dom::array> sizedArray(const char* name) {
    const auto values = members_.getArray(name);
    if (!values || values->size() == rows_.size()) return values;
    members_.faults().add("has " + std::to_string(values->size()) + " entries", members_.pointer(name),
                          std::to_string(rows_.size()) + " as in the table's first column");
    return std::nullopt;
  }

  Members& members_;
  const std::vector<Row*>& rows_;
  Reading& reading_;
};

}  // namespace dwell::schemas::report_tables
