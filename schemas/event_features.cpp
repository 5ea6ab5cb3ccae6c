#include "schemas/event_features.h"

#include <algorithm>

namespace dwell::schemas {
namespace {

using Type = FeatureRule::Type;

constexpr std::int64_t kLeast = -1'000'000;  // px, left of or above the page
constexpr std::int64_t kMost = 10'000'000;   // px
constexpr std::int64_t kMany = 1'000'000;

constexpr FeatureRule integer(std::string_view name, std::int64_t min, std::int64_t max) {
  return {name, Type::kInteger, min, max};
}
constexpr FeatureRule flag(std::string_view name) { return {name, Type::kFlag, 0, 0}; }

constexpr std::array kLink = {
    flag("above_fold"),
    integer("contrast_percent", 100, 2100),
    integer("font_px", 0, 10'000),
    integer("font_weight", 0, 1'000),
    flag("grey"),
    flag("heading"),
    integer("height", 0, kMost),
    flag("image"),
    integer("image_ratio_percent", 0, 100'000),
    flag("in_text"),
    flag("italic"),
    integer("list_rank", 1, kMany),
    flag("new_tab"),
    flag("nofollow"),
    FeatureRule{"region", Type::kRegion, 0, 0},
    flag("same_host"),
    flag("same_site"),
    flag("underline"),
    integer("url_hyphens", 0, kMany),
    flag("url_in_url"),
    integer("url_length", 0, kMany),
    flag("url_shorter"),
    integer("width", 0, kMost),
    integer("words", 0, kMany),
    integer("x", kLeast, kMost),
    integer("y", kLeast, kMost),
};

constexpr std::array kResult = {
    flag("above_fold"),
    integer("bold_words", 0, kMany),
    integer("height", 0, kMost),
    integer("images", 0, kMany),
    integer("organic_rank", 1, kMany),
    integer("rich_links", 0, kMany),
    integer("snippet_words", 0, kMany),
    integer("title_bold_words", 0, kMany),
    integer("title_query_words", 0, kMany),
    integer("title_words", 0, kMany),
    integer("url_hyphens", 0, kMany),
    integer("url_length", 0, kMany),
    integer("width", 0, kMost),
    integer("words", 0, kMany),
    integer("x", kLeast, kMost),
    integer("y", kLeast, kMost),
};

constexpr std::array<std::string_view, 7> kRegions = {"header", "nav",    "main", "aside",
                                                      "footer", "search", "other"};

template <std::size_t N>
constexpr bool inOrder(const std::array<FeatureRule, N>& rules) {
  for (std::size_t i = 1; i < N; ++i) {
    if (!(rules[i - 1].name < rules[i].name)) return false;
  }
  return true;
}
static_assert(inOrder(kLink) && inOrder(kResult));

}  // namespace

bool FeatureRule::allows(simdjson::dom::element value) const {
  if (value.is_null()) return true;
  std::int64_t number = 0;
  std::string_view text;
  switch (type) {
    case Type::kInteger:
      return value.is_int64() && value.get(number) == simdjson::SUCCESS && number >= min && number <= max;
    case Type::kFlag:
      return value.is_bool();
    case Type::kRegion:
      return value.get(text) == simdjson::SUCCESS &&
             std::find(kRegions.begin(), kRegions.end(), text) != kRegions.end();
  }
  return false;
}

const FeatureRule* FeatureRules::find(std::string_view name) const {
  const FeatureRule* at = std::lower_bound(
      begin, end, name, [](const FeatureRule& rule, std::string_view key) { return rule.name < key; });
  return at != end && at->name == name ? at : nullptr;
}

FeatureRules linkFeatureRules() { return {kLink.data(), kLink.data() + kLink.size()}; }

FeatureRules resultFeatureRules() { return {kResult.data(), kResult.data() + kResult.size()}; }

}  // namespace dwell::schemas
