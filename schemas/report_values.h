#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "schemas/report_fields.h"

/// Single values of a report, checked: what the decoder reads columns and objects with. Inside the codec
/// only. A reader returns false when the element is not what `expected…` says.
namespace dwell::schemas::report_values {

using Element = simdjson::dom::element;

bool readInteger(const Element& element, report_fields::Range range, std::int64_t& out);
bool readText(const Element& element, report_fields::TextRule rule, std::string& out);
bool readNumber(const Element& element, double& out);
/// Pairs [index, value] of the buckets that are not 0, ascending.
bool readBuckets(const Element& element, AgeBuckets& out);
/// At most as many differences as there are buckets, each added to its one; the sums are counts.
bool addBuckets(const Element& element, AgeBuckets& out);
bool readIntegers(const Element& element, report_fields::Range range, std::vector<std::int64_t>& out);

std::string expectedInteger(report_fields::Range range);
std::string expectedText(report_fields::TextRule rule);

/// Only the first fault is kept: what follows it is seldom true.
class Faults {
 public:
  bool any() const { return first_.has_value(); }
  void add(std::string what, std::string pointer, std::string expected = {}) {
    if (!first_) first_ = Error{std::move(what), std::move(pointer), std::move(expected)};
  }
  const std::optional<Error>& first() const { return first_; }

 private:
  std::optional<Error> first_;
};

/// An object's members, each of which is asked for once; finish() refuses those that nobody asked for.
class Members {
 public:
  Members(Faults& faults, simdjson::dom::object object, std::string path)
      : faults_(faults), object_(object), path_(std::move(path)) {}

  bool has(const char* name) const { return object_.at_key(name).error() == simdjson::SUCCESS; }
  /// Nothing (and a fault) if it is absent; nothing, too, once something was at fault.
  std::optional<Element> get(const char* name);
  std::optional<simdjson::dom::array> getArray(const char* name);
  std::optional<simdjson::dom::object> getObject(const char* name);
  void finish();

  std::string pointer(std::string_view name) const { return path_ + "/" + std::string(name); }
  Faults& faults() { return faults_; }

 private:
  Faults& faults_;
  simdjson::dom::object object_;
  std::string path_;
  std::vector<std::string_view> asked_;
};

}  // namespace dwell::schemas::report_values
