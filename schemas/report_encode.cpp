#include <cassert>
#include <cmath>
#include <nlohmann/json.hpp>
#include <unordered_map>
#include <utility>

#include "schemas/report_codec.h"
#include "schemas/report_fields.h"

namespace dwell::schemas {
namespace {

using report_fields::Range;
using report_fields::TextRule;
using Json = nlohmann::ordered_json;

template <class T>
std::int64_t number(const T& value) {
  return static_cast<std::int64_t>(value);
}
std::int64_t number(const WallTime& value) { return toMs(value); }
std::int64_t number(const UtcOffset& value) { return value.count(); }

/// Whole milliseconds without ".0".
Json shortNumber(double value) {
  const bool whole = value >= 0 && value <= report_fields::kNumberMax && std::floor(value) == value;
  return whole ? Json(static_cast<std::int64_t>(value)) : Json(value);
}

/// Every URL once, in order of first use.
class UrlTable {
 public:
  /// 0: it is the next one; else how many places before the next one it stands.
  std::size_t refer(const std::string& url) {
    const std::size_t next = indexes_.size();
    const auto [at, isNew] = indexes_.try_emplace(url, next);
    if (isNew) urls_.push_back(url);
    return next - at->second;
  }
  Json release() { return std::move(urls_); }

 private:
  std::unordered_map<std::string, std::size_t> indexes_;
  Json urls_ = Json::array();
};

/// Writes the columns of `rows` into the JSON object `out`.
template <class Row>
class TableWriter {
 public:
  TableWriter(Json& out, const std::vector<const Row*>& rows, UrlTable& urls)
      : out_(out), rows_(rows), urls_(urls) {}

  template <class T>
  void integer(const char* name, T Row::*member, Range) {
    column(name, [&](const Row& row) { return Json(number(row.*member)); });
  }
  template <class T>
  void optionalInteger(const char* name, std::optional<T> Row::*member, Range) {
    column(name, [&](const Row& row) { return row.*member ? Json(number(*(row.*member))) : Json(); });
  }
  template <class T>
  void difference(const char* name, T Row::*member, Range) {
    std::int64_t previous = 0;
    column(name, [&](const Row& row) {
      const std::int64_t value = number(row.*member);
      return Json(value - std::exchange(previous, value));
    });
  }
  void offset(const char* name, WallTime Row::*member, WallTime Row::*base) {
    column(name, [&](const Row& row) { return Json(toMs(row.*member - row.*base)); });
  }
  void optionalOffset(const char* name, std::optional<WallTime> Row::*member, WallTime Row::*base) {
    column(name,
           [&](const Row& row) { return row.*member ? Json(toMs(*(row.*member) - row.*base)) : Json(); });
  }
  template <class Enum, class Known>
  void code(const char* name, Enum Row::*member, Known known) {
    column(name, [&](const Row& row) {
      assert(known(number(row.*member)));
      return Json(number(row.*member));
    });
  }
  void flag(const char* name, bool Row::*member) {
    column(name, [&](const Row& row) { return Json(row.*member); });
  }
  void text(const char* name, std::string Row::*member) {
    column(name, [&](const Row& row) { return Json(row.*member); });
  }
  void optionalText(const char* name, std::optional<std::string> Row::*member) {
    column(name, [&](const Row& row) { return row.*member ? Json(*(row.*member)) : Json(); });
  }
  void url(const char* name, std::string Row::*member) {
    column(name, [&](const Row& row) { return Json(urls_.refer(row.*member)); });
  }
  /// null: it is empty.
  void optionalUrl(const char* name, std::string Row::*member) {
    column(name,
           [&](const Row& row) { return (row.*member).empty() ? Json() : Json(urls_.refer(row.*member)); });
  }
  /// A column per feature that a row has; flags as 0 and 1.
  void features(const char* name, Features Row::*member, FeatureRules rules) {
    std::uint32_t known = 0;
    for (const Row* row : rows_) known |= (row->*member).known();
    Json& columns = out_[name] = Json::object();
    for (std::size_t place = 0; place < rules.size(); ++place) {
      if ((known >> place & 1U) == 0) continue;
      const bool isFlag = rules[place].type == FeatureRule::Type::kFlag;
      Json& values = columns[std::string(rules[place].name)] = Json::array();
      for (const Row* row : rows_) {
        const auto value = (row->*member).get(place);
        values.push_back(value || isFlag ? Json(value.value_or(0)) : Json());
      }
    }
  }
  /// What is beyond the expected, without the zeros at the end.
  template <class Expect>
  void ages(const char* name, AgeBuckets Row::*member, const Expect& expect) {
    column(name, [&](const Row& row) {
      const AgeBuckets expected = expect(row);
      Json rests = Json::array();
      std::size_t size = kAgeBuckets;
      while (size > 0 && (row.*member)[size - 1] == expected[size - 1]) --size;
      for (std::size_t i = 0; i < size; ++i) rests.push_back((row.*member)[i] - expected[i]);
      return rests;
    });
  }
  template <class Get, class Expect>
  void rest(const char* name, const Get& get, const Expect& expect, Range) {
    column(name, [&](const Row& row) { return Json(get(row) - expect(row)); });
  }
  void optionalBack(const char* name, std::optional<std::int64_t> Row::*member, std::int64_t Row::*base,
                    Range) {
    column(name, [&](const Row& row) { return row.*member ? Json(row.*base - *(row.*member)) : Json(); });
  }
  /// A start is null where the visit began when its source visit ended, which is mostly so.
  void startAndEnd(const char* startName, const char* endName) {
    std::unordered_map<std::int64_t, WallTime> ends;
    std::int64_t previous = 0;
    column(startName, [&](const Row& row) {
      const std::int64_t start = toMs(row.start);
      const std::int64_t step = start - std::exchange(previous, start);
      const auto source = row.sourceVisit ? ends.find(*row.sourceVisit) : ends.end();
      const bool follows = source != ends.end() && source->second == row.start;
      ends.insert_or_assign(row.id, row.end);
      return follows ? Json() : Json(step);
    });
    column(endName, [](const Row& row) { return Json(toMs(row.end) - report_fields::endMs(row)); });
  }
  void integers(const char* name, std::vector<std::int64_t> Row::*member, Range) {
    column(name, [&](const Row& row) { return Json(row.*member); });
  }
  void optionalNumber(const char* name, std::optional<double> Row::*member) {
    column(name, [&](const Row& row) { return row.*member ? shortNumber(*(row.*member)) : Json(); });
  }
  void optionalFlag(const char* name, std::optional<bool> Row::*member) {
    column(name, [&](const Row& row) { return row.*member ? Json(*(row.*member)) : Json(); });
  }
  static constexpr bool since(int) { return true; }

  template <class Part, class Describe>
  void group(const char* name, Part Row::*member, const Describe& describe) {
    std::vector<const Part*> parts;
    parts.reserve(rows_.size());
    for (const Row* row : rows_) parts.push_back(&(row->*member));
    write(out_[name] = Json::object(), parts, describe);
  }
  template <class Part, class Describe>
  void optional(const char* name, std::optional<Part> Row::*member, const Describe& describe) {
    std::vector<const Part*> parts;
    Json indexes = Json::array();
    std::size_t last = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      if (!(rows_[i]->*member)) continue;
      parts.push_back(&*(rows_[i]->*member));
      indexes.push_back(i - std::exchange(last, i));
    }
    write(out_[name] = Json{{"row", std::move(indexes)}}, parts, describe);
  }
  template <class Part, class Describe>
  void children(const char* name, std::vector<Part> Row::*member, const Describe& describe) {
    std::vector<const Part*> parts;
    Json indexes = Json::array();
    std::size_t last = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      for (const Part& part : rows_[i]->*member) {
        parts.push_back(&part);
        indexes.push_back(i - std::exchange(last, i));
      }
    }
    write(out_[name] = Json{{"row", std::move(indexes)}}, parts, describe);
  }

 private:
  template <class Part, class Describe>
  void write(Json& out, const std::vector<const Part*>& parts, const Describe& describe) {
    TableWriter<Part> table(out, parts, urls_);
    describe(table);
  }
  template <class Value>
  void column(const char* name, const Value& value) {
    Json& values = out_[name] = Json::array();
    for (const Row* row : rows_) values.push_back(value(*row));
  }

  Json& out_;
  const std::vector<const Row*>& rows_;
  UrlTable& urls_;
};

class ObjectWriter {
 public:
  ObjectWriter(Json& out, UrlTable& urls) : out_(out), urls_(urls) {}

  void version(const char* name) { out_[name] = kReportVersion; }
  static constexpr bool since(int) { return true; }
  void text(const char* name, const std::string& value, TextRule) { out_[name] = value; }
  void optionalText(const char* name, const std::optional<std::string>& value) {
    out_[name] = value ? Json(*value) : Json();
  }
  template <class T>
  void integer(const char* name, const T& value, Range) {
    out_[name] = number(value);
  }
  void texts(const char* name, const std::vector<std::string>& values) { out_[name] = values; }
  void urls(const char* name) { out_[name] = Json::array(); }  // filled once all tables have been written
  void counts(const char* name, const std::map<std::string, std::int64_t>& counts, Range) {
    Json& object = out_[name] = Json::object();
    for (const auto& [key, count] : counts) object[key] = count;
  }
  template <class Describe>
  void object(const char* name, const Describe& describe) {
    ObjectWriter inner(out_[name] = Json::object(), urls_);
    describe(inner);
  }
  /// Left out where there is none.
  template <class Part, class Describe>
  void optionalObjects(const char* name, const std::vector<Part>& parts, const Describe& describe) {
    for (const Part& part : parts) {
      ObjectWriter inner(out_[name].emplace_back(Json::object()), urls_);
      describe(inner, part);
    }
  }
  template <class Row, class Describe>
  void table(const char* name, const std::vector<Row>& rows, const Describe& describe) {
    std::vector<const Row*> pointers;
    pointers.reserve(rows.size());
    for (const Row& row : rows) pointers.push_back(&row);
    TableWriter<Row> table(out_[name] = Json::object(), pointers, urls_);
    describe(table);
  }
  /// Which visits have which table (0: the next one, else how many places before the next one), and each
  /// table once.
  void links(const char* name, const std::vector<Visit>& visits, const std::vector<VisitLinks>& links) {
    Json rows = Json::array(), tables = Json::array(), sizes = Json::array();
    std::unordered_map<const LinkTable*, std::size_t> known;
    std::vector<const PageLink*> all;
    std::size_t row = 0, last = 0;
    for (const VisitLinks& each : links) {
      while (visits.at(row).id != each.visit) ++row;
      rows.push_back(row - std::exchange(last, row));
      ++row;
      const std::size_t next = known.size();
      const auto [table, isNew] = known.try_emplace(each.table.get(), next);
      tables.push_back(next - table->second);
      if (!isNew) continue;
      sizes.push_back(each.table->size());
      for (const PageLink& link : *each.table) all.push_back(&link);
    }
    Json& out = out_[name] =
        Json{{"row", std::move(rows)}, {"table", std::move(tables)}, {"size", std::move(sizes)}};
    TableWriter<PageLink> table(out, all, urls_);
    report_fields::kLinkFields(table);
  }
  /// As the newest version has it.
  template <class Row, class Describe1, class Describe>
  void versionedTable(const char* name, const std::vector<Row>& rows, const Describe1&,
                      const Describe& describe) {
    table(name, rows, describe);
  }

 private:
  Json& out_;
  UrlTable& urls_;
};

}  // namespace

std::string encodeReport(const Report& report) {
  Json json = Json::object();
  UrlTable urls;
  ObjectWriter writer(json, urls);
  report_fields::describe(writer, report);
  json["urls"] = urls.release();
  return json.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace);
}

}  // namespace dwell::schemas
