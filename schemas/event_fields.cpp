#include "schemas/event_fields.h"

#include <algorithm>

#include "schemas/event_codec.h"

namespace dwell::schemas {

using simdjson::dom::element;

namespace {

constexpr std::size_t kMaxIdCharacters = 128;
constexpr std::size_t kMaxFeatures = 64;
constexpr std::size_t kMaxFeatureCharacters = 200;

bool longerThan(std::string_view utf8, std::size_t maxCharacters) {
  return utf8.size() > maxCharacters && codePoints(utf8) > maxCharacters;
}

/// null is as good as absent.
bool readFeature(Features& features, FeatureRules rules, std::size_t place, element value) {
  if (value.is_null()) return true;
  std::int64_t number = 0;
  std::string_view text;
  bool flag = false;
  switch (rules[place].type) {
    case FeatureRule::Type::kInteger:
      return value.is_int64() && value.get(number) == simdjson::SUCCESS &&
             setFeature(features, rules, place, number);
    case FeatureRule::Type::kFlag:
      return value.get(flag) == simdjson::SUCCESS && setFeature(features, rules, place, flag ? 1 : 0);
    case FeatureRule::Type::kRegion:
      if (value.get(text) != simdjson::SUCCESS) return false;
      const auto regions = regionNames();
      return setFeature(features, rules, place,
                        std::find(regions.begin(), regions.end(), text) - regions.begin());
  }
  return false;
}

}  // namespace

std::size_t codePoints(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::count_if(utf8.begin(), utf8.end(), [](char c) { return (c & 0xC0) != 0x80; }));
}

bool EventFields::required(std::string_view name, element& value) {
  if (object_.at_key(name).get(value) == simdjson::SUCCESS) return true;
  fault(name, "missing", "a value");
  return false;
}

std::int64_t EventFields::integerOf(element value, std::string_view name, std::int64_t min,
                                    std::int64_t max) {
  std::int64_t integer = 0;
  if (value.is_int64() && value.get(integer) == simdjson::SUCCESS && integer >= min && integer <= max) {
    return integer;
  }
  fault(name, value.is_number() ? "out of range or no integer" : "not an integer",
        "an integer from " + std::to_string(min) + " to " + std::to_string(max));
  return min;
}

std::string_view EventFields::viewOf(element value, std::string_view name, std::size_t maxCharacters) {
  std::string_view string;
  if (value.get(string) != simdjson::SUCCESS) {
    fault(name, "not a string", "a string");
    return {};
  }
  if (longerThan(string, maxCharacters)) {
    fault(name, "too long", "at most " + std::to_string(maxCharacters) + " characters");
    return {};
  }
  return string;
}

std::string EventFields::idOf(element value, std::string_view name) {
  if (value.is_number()) return std::to_string(integerOf(value, name, 0, kMaxEventInteger));
  std::string_view string;
  if (value.get(string) == simdjson::SUCCESS && !string.empty() && !longerThan(string, kMaxIdCharacters)) {
    return std::string(string);
  }
  fault(name, "no id", "an integer from 0 or a string of 1 to 128 characters");
  return {};
}

std::int64_t EventFields::integer(std::string_view name, std::int64_t min, std::int64_t max) {
  element value;
  return required(name, value) ? integerOf(value, name, min, max) : min;
}

std::int64_t EventFields::integerOr(std::string_view name, std::int64_t min, std::int64_t max,
                                    std::int64_t otherwise) {
  element value;
  return find(name, value) ? integerOf(value, name, min, max) : otherwise;
}

std::optional<std::int64_t> EventFields::integerOrNull(std::string_view name, std::int64_t min,
                                                       std::int64_t max) {
  element value;
  if (!find(name, value)) return std::nullopt;
  return integerOf(value, name, min, max);
}

std::optional<double> EventFields::numberOrNull(std::string_view name, double max) {
  element value;
  if (!find(name, value)) return std::nullopt;
  double number = 0;
  if (value.is_number() && value.get(number) == simdjson::SUCCESS && number >= 0 && number <= max) {
    return number;
  }
  fault(name, "out of range or no number", "a number from 0 to " + std::to_string(max));
  return std::nullopt;
}

bool EventFields::boolean(std::string_view name) {
  element value;
  bool boolean = false;
  if (required(name, value) && value.get(boolean) != simdjson::SUCCESS) {
    fault(name, "not a boolean", "true or false");
  }
  return boolean;
}

bool EventFields::booleanOr(std::string_view name, bool otherwise) {
  element value;
  return find(name, value) ? boolean(name) : otherwise;
}

std::string EventFields::string(std::string_view name, std::size_t maxCharacters) {
  return std::string(view(name, maxCharacters));
}

std::string_view EventFields::view(std::string_view name, std::size_t maxCharacters) {
  element value;
  return required(name, value) ? viewOf(value, name, maxCharacters) : std::string_view();
}

std::string EventFields::stringOr(std::string_view name, std::size_t maxCharacters) {
  element value;
  return find(name, value) ? std::string(viewOf(value, name, maxCharacters)) : std::string();
}

std::optional<std::string> EventFields::requiredStringOrNull(std::string_view name,
                                                             std::size_t maxCharacters) {
  element value;
  if (!required(name, value) || value.is_null()) return std::nullopt;
  return std::string(viewOf(value, name, maxCharacters));
}

std::string EventFields::id(std::string_view name) {
  element value;
  return required(name, value) ? idOf(value, name) : std::string();
}

std::optional<std::string> EventFields::idOrNull(std::string_view name) {
  element value;
  if (!find(name, value)) return std::nullopt;
  return idOf(value, name);
}

std::optional<std::string> EventFields::requiredIdOrNull(std::string_view name) {
  element value;
  if (!required(name, value) || value.is_null()) return std::nullopt;
  return idOf(value, name);
}

Features EventFields::features(std::string_view name, FeatureRules rules, FindFeature findFeature) {
  Features features;
  element value;
  if (!find(name, value)) return features;
  simdjson::dom::object object;
  if (value.get(object) != simdjson::SUCCESS) {
    fault(name, "not an object", "an object");
    return features;
  }
  std::size_t count = 0;
  for (const auto& field : object) {
    std::string_view string;
    const bool isString = field.value.get(string) == simdjson::SUCCESS;
    const bool flat = isString ? !longerThan(string, kMaxFeatureCharacters)
                               : field.value.is_number() || field.value.is_bool() || field.value.is_null();
    if (!flat || ++count > kMaxFeatures) {
      fault(name, "not a flat object", "at most 64 numbers, booleans, nulls or strings of 200 characters");
      return features;
    }
    const auto place = findFeature(field.key);
    if (place && !readFeature(features, rules, *place, field.value)) {
      fault(std::string(name) + "/" + std::string(rules[*place].name), "not of its type or range",
            "as in event.schema.json");
      return features;
    }
  }
  return features;
}

std::string_view EventFields::text(std::string_view name) {
  element value;
  std::string_view string;
  if (required(name, value) && value.get(string) != simdjson::SUCCESS) {
    fault(name, "not a string", "one of the schema's names");
  }
  return string;
}

std::string EventFields::pointer() const {
  if (parent_ == nullptr) return {};
  return parent_->pointer() + "/" + std::string(name_) + "/" + std::to_string(index_);
}

void EventFields::fault(std::string_view name, const char* what, std::string expected) {
  if (!error_) error_ = Error{what, pointer() + "/" + std::string(name), std::move(expected)};
}

void EventFields::fault(std::string_view name, std::size_t index, const char* what, std::string expected) {
  fault(std::string(name) + "/" + std::to_string(index), what, std::move(expected));
}

}  // namespace dwell::schemas
