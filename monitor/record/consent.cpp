#include "monitor/record/consent.h"

#include <algorithm>

#include "base/digest.h"
#include "monitor/record/consent_text.h"

namespace dwell::monitor {
namespace {

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

std::string addressesText(const std::string& detail) {
  if (detail == urlDetailName(UrlDetail::kFull))
    return "whole, with their query (on a page of search results, the words of the search are in it)";
  if (detail == urlDetailName(UrlDetail::kOrigin)) return "only the site (scheme and host)";
  if (detail == urlDetailName(UrlDetail::kKeyedHash))
    return "as hashes, which say which are the same, but not what they are to who does not have their key";
  return "without their query";
}

std::string wordsText(const std::string& words) {
  if (words == searchWordsName(SearchWords::kFull)) return "kept";
  if (words == searchWordsName(SearchWords::kKeyedHash)) return "kept as hashes";
  return "not kept";
}

bool detailWithin(const std::string& needed, const std::string& given) {
  const auto is = [](const std::string& name, UrlDetail detail) { return name == urlDetailName(detail); };
  return needed == given || is(given, UrlDetail::kFull) ||
         (is(given, UrlDetail::kWithoutQuery) && !is(needed, UrlDetail::kFull));
}

bool wordsWithin(const std::string& needed, const std::string& given) {
  const auto is = [](const std::string& name, SearchWords words) { return name == searchWordsName(words); };
  return needed == given || is(needed, SearchWords::kOff) || is(given, SearchWords::kFull);
}

bool parametersWithin(const Consent& needed, const Consent& given) {
  if (given.detail == urlDetailName(UrlDetail::kFull)) return true;
  const auto agreed = split(given.parameters), asked = split(needed.parameters);
  return std::all_of(asked.begin(), asked.end(), [&](const auto& name) {
    return std::find(agreed.begin(), agreed.end(), name) != agreed.end();
  });
}

}  // namespace

Consent consentNeeded(const Settings& settings, const std::string& collector) {
  Consent needed;
  needed.textSha256 = sha256Hex(kConsentText);
  needed.level = settings.urlDetail == UrlDetail::kOrigin      ? "visits by origin"
                 : settings.urlDetail == UrlDetail::kKeyedHash ? "visits by keyed hash"
                                                               : "full visits";
  needed.scope = settings.include.empty() ? "all pages" : joined(settings.include);
  if (!settings.exclude.empty()) needed.scope += " except " + joined(settings.exclude);
  needed.detail = urlDetailName(settings.urlDetail);
  const bool queryCut =
      settings.urlDetail == UrlDetail::kWithoutQuery || settings.urlDetail == UrlDetail::kKeyedHash;
  if (queryCut) needed.parameters = joined(settings.keepParameters);
  needed.words = searchWordsName(settings.searchWords);
  needed.collector = collector;
  return needed;
}

bool covers(const Consent& given, const Consent& needed) {
  return given.textSha256 == needed.textSha256 && given.scope == needed.scope &&
         (needed.collector.empty() || given.collector == needed.collector) &&
         detailWithin(needed.detail, given.detail) && parametersWithin(needed, given) &&
         wordsWithin(needed.words, given.words);
}

std::string consentDocument(const Consent& needed) {
  std::string document(kConsentText);
  document += "\nPages:       " + needed.scope;
  document += "\nAddresses:   " + addressesText(needed.detail);
  if (!needed.parameters.empty()) document += "\nParameters:  kept of the query: " + needed.parameters;
  document += "\nSearches:    their words are " + wordsText(needed.words);
  document += "\nReports:     ";
  document += needed.collector.empty() ? "stay on this machine" : "go to " + needed.collector;
  return document + "\n";
}

}  // namespace dwell::monitor
