#include <utility>

#include "schemas/report_codec.h"
#include "schemas/report_fields.h"
#include "schemas/report_values.h"

namespace dwell::schemas {
namespace {

namespace dom = simdjson::dom;
using report_fields::kMaxRows;
using report_fields::Range;
using report_fields::TextRule;
using report_values::Element;
using report_values::Faults;
using report_values::Members;
using Urls = std::vector<std::string>;

template <class T>
void assign(T& to, std::int64_t value) {
  to = static_cast<T>(value);
}
void assign(WallTime& to, std::int64_t ms) { to = wallTime(ms); }
void assign(UtcOffset& to, std::int64_t minutes) { to = UtcOffset(static_cast<std::int32_t>(minutes)); }

bool within(std::int64_t value, Range range) { return value >= range.min && value <= range.max; }

/// Reads columns into `rows`, one entry each.
template <class Row>
class TableReader {
 public:
  TableReader(Members& members, const std::vector<Row*>& rows, const Urls& urls)
      : members_(members), rows_(rows), urls_(urls) {}

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
        [&] { return "a difference that leads to " + report_values::expectedInteger(range); });
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
    const Range range{0, static_cast<std::int64_t>(urls_.size()) - 1};
    column(
        name,
        [&](Row& row, const Element& element) {
          std::int64_t index = 0;
          if (!report_values::readInteger(element, range, index)) return false;
          row.*member = urls_[static_cast<std::size_t>(index)];
          return true;
        },
        [&] { return "an index into /urls, which has " + std::to_string(urls_.size()); });
  }
  void buckets(const char* name, AgeBuckets Row::*member) {
    column(
        name,
        [&](Row& row, const Element& element) { return report_values::readBuckets(element, row.*member); },
        [] { return "pairs [bucket, value] of the buckets above 0, ascending"; });
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
  static std::string expectedTime() { return report_values::expectedInteger(report_fields::kTime); }

  static bool readOffset(const Element& element, WallTime base, WallTime& out) {
    std::int64_t distance = 0;
    if (!report_values::readInteger(element, report_fields::kDifference, distance)) return false;
    out = base + Millis(distance);
    return within(toMs(out), report_fields::kTime);
  }

  template <class Part, class Describe>
  void readRows(Members& members, const std::vector<Part*>& parts, const Describe& describe) {
    TableReader<Part> table(members, parts, urls_);
    describe(table);
    members.finish();
  }

  /// The rows that a table of parts belongs to, in order; one may come again where it `mayRepeat` (1).
  std::vector<std::size_t> rowIndexes(Members& members, std::int64_t mayRepeat) {
    std::vector<std::size_t> indexes;
    const auto array = members.getArray("row");
    if (!array) return indexes;
    if (array->size() > kMaxRows) {
      members.faults().add("too long", members.pointer("row"),
                           "at most " + std::to_string(kMaxRows) + " entries");
      return {};
    }
    Range range{0, static_cast<std::int64_t>(rows_.size()) - 1};
    for (const Element element : *array) {
      std::int64_t row = 0;
      if (!report_values::readInteger(element, range, row)) {
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

  template <class Read, class Expectation>
  void column(const char* name, const Read& read, const Expectation& expected) {
    const auto values = members_.getArray(name);
    if (!values) return;
    if (values->size() != rows_.size()) {
      members_.faults().add("has " + std::to_string(values->size()) + " entries", members_.pointer(name),
                            std::to_string(rows_.size()) + " as in the table's first column");
      return;
    }
    std::size_t i = 0;
    for (const Element element : *values) {
      if (!read(*rows_[i], element)) {
        members_.faults().add("wrong value", members_.pointer(name) + "/" + std::to_string(i), expected());
        return;
      }
      ++i;
    }
  }

  Members& members_;
  const std::vector<Row*>& rows_;
  const Urls& urls_;
};

class ObjectReader {
 public:
  ObjectReader(Members& members, Urls& urls) : members_(members), urls_(urls) {}

  void version(const char* name, int version) {
    std::int64_t found = 0;
    const auto element = members_.get(name);
    if (element && !report_values::readInteger(*element, Range{version, version}, found)) {
      members_.faults().add("a report version that is not known here", members_.pointer(name),
                            std::to_string(version));
    }
  }
  void text(const char* name, std::string& value, TextRule rule) {
    const auto element = members_.get(name);
    if (element && !report_values::readText(*element, rule, value)) {
      members_.faults().add("wrong value", members_.pointer(name), report_values::expectedText(rule));
    }
  }
  void optionalText(const char* name, std::optional<std::string>& value) {
    const auto element = members_.get(name);
    if (!element || element->is_null()) return;
    if (!report_values::readText(*element, TextRule::kAny, value.emplace())) {
      members_.faults().add("wrong value", members_.pointer(name), "a string or null");
    }
  }
  template <class T>
  void integer(const char* name, T& value, Range range) {
    const auto element = members_.get(name);
    if (!element) return;
    std::int64_t found = 0;
    if (!report_values::readInteger(*element, range, found)) {
      members_.faults().add("wrong value", members_.pointer(name), report_values::expectedInteger(range));
      return;
    }
    assign(value, found);
  }
  void texts(const char* name, std::vector<std::string>& values) {
    const auto array = members_.getArray(name);
    if (!array) return;
    for (const Element element : *array) {
      if (!report_values::readText(element, TextRule::kAny, values.emplace_back())) {
        members_.faults().add("wrong value", members_.pointer(name) + "/" + std::to_string(values.size() - 1),
                              "a string");
        return;
      }
    }
  }
  void urls(const char* name) { texts(name, urls_); }
  void counts(const char* name, std::map<std::string, std::int64_t>& counts, Range range) {
    const auto object = members_.getObject(name);
    if (!object) return;
    for (const auto field : *object) {
      std::int64_t count = 0;
      if (!report_values::readInteger(field.value, range, count) ||
          !counts.emplace(field.key, count).second) {
        members_.faults().add("a wrong value, or a cause that is named twice", members_.pointer(name),
                              "causes, each with " + report_values::expectedInteger(range));
        return;
      }
    }
  }
  template <class Describe>
  void object(const char* name, const Describe& describe) {
    const auto object = members_.getObject(name);
    if (!object) return;
    Members members(members_.faults(), *object, members_.pointer(name));
    ObjectReader reader(members, urls_);
    describe(reader);
    members.finish();
  }
  template <class Row, class Describe>
  void table(const char* name, std::vector<Row>& rows, const Describe& describe) {
    const auto object = members_.getObject(name);
    if (!object) return;
    const std::size_t size = firstColumnSize(*object);
    if (size > kMaxRows) {
      members_.faults().add("too many rows", members_.pointer(name), "at most " + std::to_string(kMaxRows));
      return;
    }
    rows.resize(size);
    std::vector<Row*> pointers;
    pointers.reserve(size);
    for (Row& row : rows) pointers.push_back(&row);
    Members members(members_.faults(), *object, members_.pointer(name));
    TableReader<Row> table(members, pointers, urls_);
    describe(table);
    members.finish();
  }

 private:
  static std::size_t firstColumnSize(const dom::object& table) {
    for (const auto field : table) {
      dom::array column;
      if (field.value.get_array().get(column) == simdjson::SUCCESS) return column.size();
    }
    return 0;
  }

  Members& members_;
  Urls& urls_;
};

/// Buckets of one histogram must ascend, or merging them counts twice.
void checkBuckets(const std::vector<ReportHistogram>& histograms, Faults& faults) {
  std::size_t nth = 0;
  for (const ReportHistogram& histogram : histograms) {
    std::int64_t from = report_fields::kSample.min;
    for (const ReportBucket& bucket : histogram.buckets) {
      if (bucket.low < from || bucket.high <= bucket.low) {
        faults.add("a bucket that overlaps or is empty", "/histograms/buckets/low/" + std::to_string(nth),
                   "low < high, ascending");
        return;
      }
      from = bucket.high;
      ++nth;
    }
  }
}

Expected<Report> decode(std::string_view json, dom::parser& parser) {
  dom::object object;
  if (const auto error = parser.parse(json.data(), json.size()).get_object().get(object)) {
    return failure(std::string("not a JSON object: ") + simdjson::error_message(error), "",
                   "a report as in report.schema.json");
  }
  Faults faults;
  Members members(faults, object, "");
  Urls urls;
  Report report;
  ObjectReader reader(members, urls);
  report_fields::describe(reader, report);
  members.finish();
  if (!faults.any()) checkBuckets(report.histograms, faults);
  if (faults.any()) return tl::unexpected<Error>(*faults.first());
  return report;
}

}  // namespace

Expected<Report> decodeReport(std::string_view json) {
  // A parser keeps the memory of the largest document it saw: rare large ones get one of their own.
  constexpr std::size_t kLarge = 1 << 20;
  if (json.size() > kLarge) {
    dom::parser parser;
    return decode(json, parser);
  }
  thread_local dom::parser parser;
  return decode(json, parser);
}

}  // namespace dwell::schemas
