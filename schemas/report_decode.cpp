#include <utility>

#include "schemas/report_codec.h"
#include "schemas/report_links.h"
#include "schemas/report_tables.h"

namespace dwell::schemas {
namespace {

namespace dom = simdjson::dom;
using report_fields::kMaxRows;
using report_fields::Range;
using report_fields::TextRule;
using report_tables::assign;
using report_tables::Reading;
using report_tables::TableReader;
using report_values::Element;
using report_values::Faults;
using report_values::Members;

class ObjectReader {
 public:
  ObjectReader(Members& members, Reading& reading) : members_(members), reading_(reading) {}

  bool since(int version) const { return reading_.version >= version; }
  void version(const char* name) {
    std::int64_t found = 0;
    const auto element = members_.get(name);
    if (!element) return;
    if (!report_values::readInteger(*element, Range{kOldestReportVersion, kReportVersion}, found)) {
      members_.faults().add("a report version that is not known here", members_.pointer(name),
                            std::to_string(kOldestReportVersion) + " or " + std::to_string(kReportVersion));
      return;
    }
    reading_.version = static_cast<int>(found);
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
  void urls(const char* name) { texts(name, reading_.urls); }
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
    ObjectReader reader(members, reading_);
    describe(reader);
    members.finish();
  }
  /// May be absent.
  template <class Part, class Describe>
  void optionalObjects(const char* name, std::vector<Part>& parts, const Describe& describe) {
    if (!members_.has(name)) return;
    const auto array = members_.getArray(name);
    if (!array) return;
    if (array->size() > kMaxRows) {
      members_.faults().add("too many", members_.pointer(name), "at most " + std::to_string(kMaxRows));
      return;
    }
    for (const Element element : *array) {
      const std::string pointer = members_.pointer(name) + "/" + std::to_string(parts.size());
      dom::object object;
      if (element.get_object().get(object) != simdjson::SUCCESS) {
        members_.faults().add("not an object", pointer, "an object");
        return;
      }
      Members inner(members_.faults(), object, pointer);
      ObjectReader reader(inner, reading_);
      describe(reader, parts.emplace_back());
      inner.finish();
    }
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
    TableReader<Row> table(members, pointers, reading_);
    describe(table);
    members.finish();
  }
  template <class Row, class Describe1, class Describe>
  void versionedTable(const char* name, std::vector<Row>& rows, const Describe1& describe1,
                      const Describe& describe) {
    if (since(2)) {
      table(name, rows, describe);
    } else {
      table(name, rows, describe1);
    }
  }

  void links(const char* name, const std::vector<Visit>& visits, std::vector<VisitLinks>& links) {
    const auto object = members_.getObject(name);
    if (!object) return;
    Members members(members_.faults(), *object, members_.pointer(name));
    report_tables::readLinks(members, reading_, visits, links);
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
  Reading& reading_;
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
  Reading reading;
  Report report;
  ObjectReader reader(members, reading);
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
