#pragma once

#include <simdjson.h>

#include <array>
#include <cstdint>
#include <string_view>

namespace dwell::schemas {

/// What the schema says of one feature of a link or result (definitions link_features, result_features of
/// event.schema.json). Features without a rule may be any number, boolean, null or short string.
struct FeatureRule {
  enum class Type : std::uint8_t { kInteger, kFlag, kRegion };
  std::string_view name;
  Type type = Type::kFlag;
  std::int64_t min = 0, max = 0;  ///< of an integer

  /// null is as good as absent.
  bool allows(simdjson::dom::element value) const;
};

/// The rules of one kind of features, in order of their names.
struct FeatureRules {
  const FeatureRule* begin = nullptr;
  const FeatureRule* end = nullptr;

  /// nullptr: no rule. O(log n).
  const FeatureRule* find(std::string_view name) const;
};

FeatureRules linkFeatureRules();
FeatureRules resultFeatureRules();

}  // namespace dwell::schemas
