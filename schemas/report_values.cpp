#include "schemas/report_values.h"

#include <algorithm>

namespace dwell::schemas::report_values {
namespace {

using report_fields::Range;
using report_fields::TextRule;

bool isLowerHex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool isUuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (const std::size_t dash : {8U, 13U, 18U, 23U}) {
    if (text[dash] != '-') return false;
  }
  return isLowerHex(text.substr(0, 8)) && isLowerHex(text.substr(9, 4)) && isLowerHex(text.substr(14, 4)) &&
         isLowerHex(text.substr(19, 4)) && isLowerHex(text.substr(24));
}

bool follows(TextRule rule, std::string_view text) {
  switch (rule) {
    case TextRule::kAny:
      return true;
    case TextRule::kNotEmpty:
      return !text.empty();
    case TextRule::kUuid:
      return isUuid(text);
    case TextRule::kSha256:
      return text.size() == 64 && isLowerHex(text);
  }
  return false;
}

/// RFC 6901.
std::string escaped(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

}  // namespace

bool readInteger(const Element& element, Range range, std::int64_t& out) {
  std::int64_t value = 0;
  if (element.get_int64().get(value) != simdjson::SUCCESS) return false;
  if (value < range.min || value > range.max) return false;
  out = value;
  return true;
}

bool readText(const Element& element, TextRule rule, std::string& out) {
  std::string_view text;
  if (element.get_string().get(text) != simdjson::SUCCESS || !follows(rule, text)) return false;
  out = text;
  return true;
}

bool readNumber(const Element& element, double& out) {
  if (!element.is_number() || element.get_double().get(out) != simdjson::SUCCESS) return false;
  return out >= 0 && out <= report_fields::kNumberMax;
}

bool readBuckets(const Element& element, AgeBuckets& out) {
  simdjson::dom::array pairs;
  if (element.get_array().get(pairs) != simdjson::SUCCESS) return false;
  std::int64_t next = 0;
  for (const Element pair : pairs) {
    simdjson::dom::array two;
    if (pair.get_array().get(two) != simdjson::SUCCESS || two.size() != 2) return false;
    std::int64_t index = 0;
    auto member = two.begin();
    if (!readInteger(*member, Range{next, kAgeBuckets - 1}, index)) return false;
    ++member;
    if (!readInteger(*member, report_fields::kId, out[static_cast<std::size_t>(index)])) return false;
    next = index + 1;
  }
  return true;
}

bool addBuckets(const Element& element, AgeBuckets& out) {
  simdjson::dom::array differences;
  if (element.get_array().get(differences) != simdjson::SUCCESS || differences.size() > kAgeBuckets) {
    return false;
  }
  std::size_t i = 0;
  for (const Element each : differences) {
    std::int64_t difference = 0;
    if (!readInteger(each, report_fields::kDifference, difference)) return false;
    out[i++] += difference;
  }
  return std::all_of(out.begin(), out.end(), [](std::int64_t sum) {
    return sum >= report_fields::kCount.min && sum <= report_fields::kCount.max;
  });
}

bool readIntegers(const Element& element, Range range, std::vector<std::int64_t>& out) {
  simdjson::dom::array values;
  if (element.get_array().get(values) != simdjson::SUCCESS) return false;
  for (const Element value : values) {
    if (!readInteger(value, range, out.emplace_back())) return false;
  }
  return true;
}

std::string expectedInteger(Range range) {
  return "an integer from " + std::to_string(range.min) + " to " + std::to_string(range.max);
}

std::string expectedText(TextRule rule) {
  switch (rule) {
    case TextRule::kAny:
      return "a string";
    case TextRule::kNotEmpty:
      return "a string that is not empty";
    case TextRule::kUuid:
      return "a UUID in lower case";
    case TextRule::kSha256:
      return "a SHA-256 as 64 digits of lower-case hex";
  }
  return {};
}

std::optional<Element> Members::get(const char* name) {
  if (faults_.any()) return std::nullopt;
  asked_.push_back(name);
  Element element;
  if (object_.at_key(name).get(element) != simdjson::SUCCESS) {
    faults_.add("missing", pointer(name));
    return std::nullopt;
  }
  return element;
}

std::optional<simdjson::dom::array> Members::getArray(const char* name) {
  const auto element = get(name);
  if (!element) return std::nullopt;
  simdjson::dom::array array;
  if (element->get_array().get(array) == simdjson::SUCCESS) return array;
  faults_.add("not an array", pointer(name), "an array");
  return std::nullopt;
}

std::optional<simdjson::dom::object> Members::getObject(const char* name) {
  const auto element = get(name);
  if (!element) return std::nullopt;
  simdjson::dom::object object;
  if (element->get_object().get(object) == simdjson::SUCCESS) return object;
  faults_.add("not an object", pointer(name), "an object");
  return std::nullopt;
}

void Members::finish() {
  if (faults_.any() || object_.size() == asked_.size()) return;
  for (const auto field : object_) {
    const auto at = std::find(asked_.begin(), asked_.end(), field.key);
    if (at == asked_.end()) {
      faults_.add("unknown or repeated member", path_ + "/" + escaped(field.key),
                  "only the members of report.schema.json, each once");
      return;
    }
    asked_.erase(at);
  }
}

}  // namespace dwell::schemas::report_values
