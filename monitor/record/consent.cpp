#include "monitor/record/consent.h"

#include <algorithm>
#include <array>
#include <ctime>
#include <utility>

#include "base/digest.h"
#include "monitor/record/consent_text.h"
#include "monitor/record/url_pattern.h"

namespace dwell::monitor {
namespace {

constexpr std::array<const char*, 3> kLevels = {"histograms only", "visits by origin", "full visits"};
constexpr const char* kNoDetail = "none";

/// Level and URL detail as two chains. Origins as the detail are the level of that name.
struct Depth {
  Level level = Level::kHistograms;
  int detail = kWhole;  ///< of URLs: kHashed, kCut or kWhole
  static constexpr int kHashed = 0, kCut = 1, kWhole = 2;
};

int detailRank(UrlDetail detail) {
  switch (detail) {
    case UrlDetail::kKeyedHash:
      return Depth::kHashed;
    case UrlDetail::kOrigin:
    case UrlDetail::kWithoutQuery:
      return Depth::kCut;
    case UrlDetail::kFull:
      return Depth::kWhole;
  }
  return Depth::kHashed;
}

Depth depthOf(const Settings& settings) {
  const Level level =
      settings.urlDetail == UrlDetail::kOrigin ? std::min(settings.level, Level::kOrigins) : settings.level;
  return {level, detailRank(settings.urlDetail)};
}

/// Of an act. One of a level that is not known allows the least.
Depth depthOf(const Consent& consent) {
  const auto level = std::find(kLevels.begin(), kLevels.end(), consent.level);
  Depth depth;
  if (level != kLevels.end()) depth.level = static_cast<Level>(level - kLevels.begin());
  if (consent.detail == urlDetailName(UrlDetail::kKeyedHash)) depth.detail = Depth::kHashed;
  if (consent.detail == urlDetailName(UrlDetail::kWithoutQuery)) depth.detail = Depth::kCut;
  return depth;
}

SearchWords wordsOf(const Consent& consent) {
  if (consent.words == searchWordsName(SearchWords::kFull)) return SearchWords::kFull;
  return consent.words == searchWordsName(SearchWords::kKeyedHash) ? SearchWords::kKeyedHash
                                                                   : SearchWords::kOff;
}

std::string joined(const std::vector<std::string>& patterns) {
  std::string text;
  for (const auto& pattern : patterns) text += (text.empty() ? "" : ", ") + pattern;
  return text;
}

/// joined(), taken apart again; no parameter's name has a space.
std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(", ", at), text.size());
    parts.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return parts;
}

template <class Value>
bool contains(const std::vector<Value>& values, const Value& value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::string scopeText(const Consent& consent) {
  std::string text;
  for (const auto& patterns : consent.within) text += (text.empty() ? "" : "; of these: ") + joined(patterns);
  if (text.empty()) text = "all pages";
  if (!consent.exclude.empty()) text += " except " + joined(consent.exclude);
  return text;
}

/// "checkout (https://shop.example/cart*), login (https://shop.example/login*)"
std::string groupsText(const std::vector<PageGroup>& groups) {
  std::string text;
  for (const auto& group : groups)
    text += (text.empty() ? "" : ", ") + group.name + " (" + joined(group.patterns) + ")";
  return text;
}

std::string levelText(const Consent& needed) {
  if (needed.level == kLevels[0]) return "counts only (histograms); no address and no row for a single visit";
  if (needed.level == kLevels[1]) return "counts, and each visit, of whose address only the site is kept";
  return "counts, and each visit with its address";
}

std::string addressesText(const Consent& needed) {
  const bool hashed = needed.detail == urlDetailName(UrlDetail::kKeyedHash);
  if (needed.detail == kNoDetail) return "not kept";
  if (needed.level == kLevels[1] && !hashed) return "only the site (scheme and host)";
  if (needed.detail == urlDetailName(UrlDetail::kFull))
    return "whole, with their query (on a page of search results, the words of the search are in it)";
  const char* const hashes =
      "as hashes, which say which are the same, but not what they are to who does not have their key";
  if (hashed) return needed.level == kLevels[1] ? std::string("only the site, ") + hashes : hashes;
  return "without their query";
}

std::string wordsText(const std::string& words) {
  if (words == searchWordsName(SearchWords::kFull)) return "kept";
  if (words == searchWordsName(SearchWords::kKeyedHash)) return "kept as hashes";
  return "not kept";
}

std::string momentText(WallTime time) {
  const std::time_t seconds = toMs(time) / 1'000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M UTC", &utc)};
}

bool depthWithin(const Depth& needed, const Depth& given) {
  if (needed.level > given.level) return false;
  if (needed.level == Level::kHistograms) return true;
  // Of origins, whole and cut are the same.
  if (given.level == Level::kOrigins || needed.level == Level::kOrigins)
    return given.detail > Depth::kHashed || needed.detail == Depth::kHashed;
  return needed.detail <= given.detail;
}

bool parametersWithin(const Consent& needed, const Consent& given) {
  if (given.detail == urlDetailName(UrlDetail::kFull)) return true;
  const auto agreed = split(given.parameters), asked = split(needed.parameters);
  return std::all_of(asked.begin(), asked.end(), [&](const auto& name) { return contains(agreed, name); });
}

/// Whether every pattern of `narrow` is within one of `wide`.
bool patternsWithin(const std::vector<std::string>& narrow, const std::vector<std::string>& wide) {
  const UrlPatterns agreed(wide);
  return std::all_of(narrow.begin(), narrow.end(),
                     [&](const auto& pattern) { return agreed.cover(UrlPattern(pattern)); });
}

bool pagesWithin(const Consent& needed, const Consent& given) {
  const bool included = std::all_of(given.within.begin(), given.within.end(), [&](const auto& wide) {
    return std::any_of(needed.within.begin(), needed.within.end(),
                       [&](const auto& narrow) { return patternsWithin(narrow, wide); });
  });
  return included && patternsWithin(given.exclude, needed.exclude);
}

/// Whether the visits that `given` allows tell which page group a page is in.
bool tellsGroups(const Depth& given) {
  return given.level == Level::kVisits && given.detail > Depth::kHashed;
}

bool groupsWithin(const Consent& needed, const Consent& given) {
  if (depthOf(needed).level != Level::kHistograms || tellsGroups(depthOf(given))) return true;
  return std::all_of(needed.groups.begin(), needed.groups.end(),
                     [&](const auto& group) { return contains(given.groups, group); });
}

bool endWithin(const std::optional<WallTime>& needed, const std::optional<WallTime>& given) {
  return !given || (needed && *needed <= *given);
}

}  // namespace

Consent consentNeeded(const Settings& settings, const std::string& collector) {
  const Depth depth = depthOf(settings);
  Consent needed;
  needed.textSha256 = sha256Hex(kConsentText);
  needed.level = kLevels[static_cast<std::size_t>(depth.level)];
  if (!settings.include.empty()) needed.within.push_back(settings.include);
  for (const auto& patterns : settings.includeToo) {
    if (!patterns.empty()) needed.within.push_back(patterns);
  }
  needed.exclude = settings.exclude;
  needed.scope = scopeText(needed);
  const bool originsOnly = depth.level == Level::kOrigins;
  needed.detail = depth.level == Level::kHistograms               ? kNoDetail
                  : originsOnly && depth.detail != Depth::kHashed ? urlDetailName(UrlDetail::kOrigin)
                                                                  : urlDetailName(settings.urlDetail);
  if (depth.level == Level::kVisits && depth.detail != Depth::kWhole)
    needed.parameters = joined(settings.keepParameters);
  needed.words =
      searchWordsName(depth.level == Level::kHistograms ? SearchWords::kOff : settings.searchWords);
  needed.groups = settings.pageGroups;
  needed.collector = collector;
  needed.end = settings.end;
  return needed;
}

bool covers(const Consent& given, const Consent& needed) {
  return given.textSha256 == needed.textSha256 && given.participant == needed.participant &&
         (needed.collector.empty() || given.collector == needed.collector) &&
         depthWithin(depthOf(needed), depthOf(given)) && parametersWithin(needed, given) &&
         wordsOf(needed) <= wordsOf(given) && pagesWithin(needed, given) && groupsWithin(needed, given) &&
         endWithin(needed.end, given.end);
}

Settings narrowed(Settings asked, const Consent& given) {
  const Depth agreed = depthOf(given);
  Depth depth = depthOf(asked);
  if (depth.level == Level::kOrigins && depth.detail > Depth::kHashed) asked.urlDetail = UrlDetail::kOrigin;
  if (agreed.level == Level::kVisits && agreed.detail < Depth::kWhole) {
    if (depth.detail == Depth::kWhole) {
      asked.keepParameters = split(given.parameters);
    } else {
      const auto parameters = split(given.parameters);
      std::erase_if(asked.keepParameters, [&](const auto& name) { return !contains(parameters, name); });
    }
  }
  depth.level = std::min(depth.level, agreed.level);
  asked.level = depth.level;
  // Of an act without visits, no detail was asked; of one by origin only whether it is hashed.
  if (agreed.level == Level::kVisits || agreed.detail == Depth::kHashed)
    depth.detail = std::min(depth.detail, agreed.detail);
  // Where only counts are kept, the detail is that by which page groups match: as asked, if they were named.
  if (depth.level != Level::kHistograms || tellsGroups(agreed)) {
    const bool origins = depth.level == Level::kOrigins || asked.urlDetail == UrlDetail::kOrigin;
    asked.urlDetail = depth.detail == Depth::kHashed ? UrlDetail::kKeyedHash
                      : origins                      ? UrlDetail::kOrigin
                      : depth.detail == Depth::kCut  ? UrlDetail::kWithoutQuery
                                                     : UrlDetail::kFull;
  }
  asked.searchWords = std::min(asked.searchWords, wordsOf(given));
  for (const auto& patterns : given.within) {
    if (patterns != asked.include && !contains(asked.includeToo, patterns))
      asked.includeToo.push_back(patterns);
  }
  for (const auto& pattern : given.exclude) {
    if (!contains(asked.exclude, pattern)) asked.exclude.push_back(pattern);
  }
  if (depth.level == Level::kHistograms && !tellsGroups(agreed))
    std::erase_if(asked.pageGroups, [&](const auto& group) { return !contains(given.groups, group); });
  if (given.end) asked.end = asked.end ? std::min(*asked.end, *given.end) : *given.end;
  return asked;
}

std::string consentDocument(const Consent& needed) {
  std::string document(kConsentText);
  document += "\nKept:        " + levelText(needed);
  document += "\nPages:       " + needed.scope;
  document += "\nAddresses:   " + addressesText(needed);
  if (!needed.parameters.empty()) document += "\nParameters:  kept of the query: " + needed.parameters;
  document += "\nSearches:    their words are " + wordsText(needed.words);
  if (!needed.groups.empty())
    document += "\nPage groups: with counts of their own: " + groupsText(needed.groups);
  document += "\nReports:     ";
  document += needed.collector.empty() ? "stay on this machine" : "go to " + needed.collector;
  document += "\nUntil:       " + (needed.end ? momentText(*needed.end) : std::string("you stop it"));
  if (needed.participant) document += "\nParticipant: " + *needed.participant;
  return document + "\n";
}

}  // namespace dwell::monitor
