#pragma once

#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// The features of links and results (definitions link_features and result_features of event.schema.json):
/// counts, measures and flags. No text of a page fits into them.
namespace dwell::schemas {

inline constexpr std::size_t kMaxKnownFeatures = 26;

/// What the schema says of one feature.
struct FeatureRule {
  enum class Type : std::uint8_t {
    kInteger,
    kFlag,   ///< absent is false
    kRegion  ///< the place of its name in regionNames()
  };
  std::string_view name;
  Type type = Type::kFlag;
  std::int32_t min = 0, max = 1;
};

/// The rules of one kind of features. Their order is persisted: new ones come last.
using FeatureRules = std::span<const FeatureRule>;
FeatureRules linkFeatureRules();
FeatureRules resultFeatureRules();

/// The place of a rule; none: the schema has none of this name. O(log n).
std::optional<std::size_t> linkFeature(std::string_view name);
std::optional<std::size_t> resultFeature(std::string_view name);

/// The landmark that a link is in. Persisted: a name keeps its place.
std::span<const std::string_view> regionNames();

/// Some features of one link or result, by the place of their rule. A flag is there only when it is true (1).
class Features {
 public:
  std::optional<std::int32_t> get(std::size_t place) const {
    return has(place) ? std::optional(values_[place]) : std::nullopt;
  }
  bool has(std::size_t place) const { return (known_ >> place & 1U) != 0; }
  void set(std::size_t place, std::int32_t value) {
    assert(place < kMaxKnownFeatures);
    values_[place] = value;
    known_ |= 1U << place;
  }
  bool empty() const { return known_ == 0; }
  std::size_t size() const { return static_cast<std::size_t>(std::popcount(known_)); }
  /// Bit n: the rule at place n has a value.
  std::uint32_t known() const { return known_; }
  friend bool operator==(const Features&, const Features&) = default;

 private:
  std::array<std::int32_t, kMaxKnownFeatures> values_{};
  std::uint32_t known_ = 0;
};

/// Sets the feature as a JSON integer tells it, a flag as 0 or 1; false: not within its rule.
bool setFeature(Features& features, FeatureRules rules, std::size_t place, std::int64_t value);

}  // namespace dwell::schemas
