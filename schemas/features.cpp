#include "schemas/features.h"

#include <algorithm>

namespace dwell::schemas {
namespace {

using Type = FeatureRule::Type;

constexpr std::int32_t kLeast = -1'000'000;  // px, left of or above the page
constexpr std::int32_t kMost = 10'000'000;   // px
constexpr std::int32_t kMany = 1'000'000;

constexpr FeatureRule integer(std::string_view name, std::int32_t min, std::int32_t max) {
  return {name, Type::kInteger, min, max};
}
constexpr FeatureRule flag(std::string_view name) { return {name, Type::kFlag, 0, 1}; }

constexpr std::array<std::string_view, 7> kRegions = {"header", "nav",    "main", "aside",
                                                      "footer", "search", "other"};

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
    FeatureRule{"region", Type::kRegion, 0, kRegions.size() - 1},
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
static_assert(kLink.size() <= kMaxKnownFeatures);

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
static_assert(kResult.size() <= kMaxKnownFeatures);

/// The places of the rules in order of their names, which is what a search needs.
template <std::size_t N>
constexpr std::array<std::uint8_t, N> byName(const std::array<FeatureRule, N>& rules) {
  std::array<std::uint8_t, N> places{};
  for (std::size_t i = 0; i < N; ++i) places[i] = static_cast<std::uint8_t>(i);
  std::sort(places.begin(), places.end(),
            [&](std::uint8_t a, std::uint8_t b) { return rules[a].name < rules[b].name; });
  return places;
}
constexpr auto kLinkByName = byName(kLink);
constexpr auto kResultByName = byName(kResult);

template <std::size_t N>
std::optional<std::size_t> find(const std::array<FeatureRule, N>& rules,
                                const std::array<std::uint8_t, N>& places, std::string_view name) {
  const auto* const at =
      std::lower_bound(places.begin(), places.end(), name,
                       [&](std::uint8_t place, std::string_view key) { return rules[place].name < key; });
  if (at == places.end() || rules[*at].name != name) return std::nullopt;
  return *at;
}

}  // namespace

FeatureRules linkFeatureRules() { return kLink; }
FeatureRules resultFeatureRules() { return kResult; }

std::optional<std::size_t> linkFeature(std::string_view name) { return find(kLink, kLinkByName, name); }
std::optional<std::size_t> resultFeature(std::string_view name) { return find(kResult, kResultByName, name); }

std::span<const std::string_view> regionNames() { return kRegions; }

bool setFeature(Features& features, FeatureRules rules, std::size_t place, std::int64_t value) {
  const FeatureRule& rule = rules[place];
  if (value < rule.min || value > rule.max) return false;
  if (rule.type != Type::kFlag || value != 0) features.set(place, static_cast<std::int32_t>(value));
  return true;
}

}  // namespace dwell::schemas
