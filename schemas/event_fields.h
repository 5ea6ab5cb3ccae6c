#pragma once

#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "schemas/features.h"

namespace dwell::schemas {

/// Code points of valid UTF-8, which is how a schema's maxLength counts.
std::size_t codePoints(std::string_view utf8);

/// Typed reading of one JSON object's fields. The first fault stays in `error`; what is read after it is a
/// default, so that the reader of an event looks once, at its end.
/// An absent or null field of the …Or functions is `otherwise`; required ones are faults then.
/// Holds references: `error` and `parent` must outlive it.
class EventFields {
 public:
  EventFields(simdjson::dom::object object, std::optional<Error>& error) : object_(object), error_(error) {}

  std::int64_t integer(std::string_view name, std::int64_t min, std::int64_t max);
  std::int64_t integerOr(std::string_view name, std::int64_t min, std::int64_t max, std::int64_t otherwise);
  std::optional<std::int64_t> integerOrNull(std::string_view name, std::int64_t min, std::int64_t max);
  std::optional<double> numberOrNull(std::string_view name, double max);
  bool boolean(std::string_view name);
  bool booleanOr(std::string_view name, bool otherwise);
  std::string string(std::string_view name, std::size_t maxCharacters);
  /// The same, valid as long as the parsed document.
  std::string_view view(std::string_view name, std::size_t maxCharacters);
  std::string stringOr(std::string_view name, std::size_t maxCharacters);
  /// A string or null, but not absent.
  std::optional<std::string> requiredStringOrNull(std::string_view name, std::size_t maxCharacters);
  std::string id(std::string_view name);
  std::optional<std::string> idOrNull(std::string_view name);
  std::optional<std::string> requiredIdOrNull(std::string_view name);
  /// An object of numbers, booleans, nulls and short strings, those with a rule as it says. Only those are
  /// kept: a text could be of the page. None where absent.
  Features linkFeatures(std::string_view name) { return features(name, linkFeatureRules(), linkFeature); }
  Features resultFeatures(std::string_view name) {
    return features(name, resultFeatureRules(), resultFeature);
  }

  /// A name that `fromName` turns into a value.
  template <class FromName>
  auto named(std::string_view name, FromName fromName) {
    const auto value = fromName(text(name));
    if (!value) fault(name, "unknown name", "one of the schema's names");
    return value.value_or(typename decltype(fromName(std::string_view()))::value_type{});
  }
  template <class FromName, class Value>
  Value namedOr(std::string_view name, FromName fromName, Value otherwise) {
    simdjson::dom::element value;
    return find(name, value) ? named(name, fromName) : otherwise;
  }

  /// Calls `read(element, index)` for each item of an array of at most `maxItems`.
  template <class Read>
  void array(std::string_view name, std::size_t maxItems, Read read) {
    simdjson::dom::element value;
    if (required(name, value)) items(value, name, maxItems, read);
  }
  template <class Read>
  void arrayOr(std::string_view name, std::size_t maxItems, Read read) {
    simdjson::dom::element value;
    if (find(name, value)) items(value, name, maxItems, read);
  }
  /// Calls `read(EventFields&)` for each item, which must be an object.
  template <class Read>
  void objects(std::string_view name, std::size_t maxItems, Read read) {
    array(name, maxItems, [&](simdjson::dom::element item, std::size_t index) {
      simdjson::dom::object object;
      if (item.get(object) != simdjson::SUCCESS) {
        return fault(name, index, "not an object", "an object");
      }
      EventFields fields(object, error_);
      fields.parent_ = this;
      fields.name_ = name;
      fields.index_ = index;
      read(fields);
    });
  }

  void fault(std::string_view name, const char* what, std::string expected);
  void fault(std::string_view name, std::size_t index, const char* what, std::string expected);
  bool failed() const { return error_.has_value(); }

 private:
  using FindFeature = std::optional<std::size_t> (*)(std::string_view);
  Features features(std::string_view name, FeatureRules rules, FindFeature find);
  /// Neither absent nor null.
  bool find(std::string_view name, simdjson::dom::element& value) const {
    return object_.at_key(name).get(value) == simdjson::SUCCESS && !value.is_null();
  }
  bool required(std::string_view name, simdjson::dom::element& value);
  std::string_view text(std::string_view name);
  std::int64_t integerOf(simdjson::dom::element value, std::string_view name, std::int64_t min,
                         std::int64_t max);
  std::string_view viewOf(simdjson::dom::element value, std::string_view name, std::size_t maxCharacters);
  std::string idOf(simdjson::dom::element value, std::string_view name);
  std::string pointer() const;

  template <class Read>
  void items(simdjson::dom::element value, std::string_view name, std::size_t maxItems, Read read) {
    simdjson::dom::array array;
    if (value.get(array) != simdjson::SUCCESS) return fault(name, "not an array", "an array");
    std::size_t index = 0;
    for (const simdjson::dom::element item : array) {
      if (index == maxItems) {
        return fault(name, "too many items", "at most " + std::to_string(maxItems));
      }
      read(item, index++);
    }
  }

  simdjson::dom::object object_;
  std::optional<Error>& error_;
  const EventFields* parent_ = nullptr;
  std::string_view name_;
  std::size_t index_ = 0;
};

}  // namespace dwell::schemas
