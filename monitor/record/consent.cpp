#include "monitor/record/consent.h"

#include <algorithm>
#include <array>

#include "base/digest.h"
#include "monitor/record/consent_text.h"

namespace dwell::monitor {
namespace {

/// From narrow to wide.
constexpr std::array kDetails = {UrlDetail::kOrigin, UrlDetail::kWithoutQuery, UrlDetail::kFull};

std::string joined(const std::vector<std::string>& patterns) {
  std::string text;
  for (const auto& pattern : patterns) text += (text.empty() ? "" : ", ") + pattern;
  return text;
}

std::size_t wideness(const std::string& detail) {
  const auto found =
      std::find_if(kDetails.begin(), kDetails.end(), [&](UrlDetail d) { return urlDetailName(d) == detail; });
  return static_cast<std::size_t>(found - kDetails.begin());
}

}  // namespace

Consent consentNeeded(const Settings& settings, const std::string& collector) {
  Consent needed;
  needed.textSha256 = sha256Hex(kConsentText);
  needed.level = settings.urlDetail == UrlDetail::kOrigin ? "visits by origin" : "full visits";
  needed.scope = settings.include.empty() ? "all pages" : joined(settings.include);
  if (!settings.exclude.empty()) needed.scope += " except " + joined(settings.exclude);
  needed.detail = urlDetailName(settings.urlDetail);
  needed.collector = collector;
  return needed;
}

bool covers(const Consent& given, const Consent& needed) {
  return given.textSha256 == needed.textSha256 && given.scope == needed.scope &&
         (needed.collector.empty() || given.collector == needed.collector) &&
         wideness(needed.detail) <= wideness(given.detail);
}

std::string consentDocument(const Consent& needed) {
  std::string document(kConsentText);
  document += "\nPages:       " + needed.scope;
  document += "\nAddresses:   ";
  document += needed.detail == "full"     ? "whole, with their query"
              : needed.detail == "origin" ? "only the site (scheme and host)"
                                          : "without their query";
  document += "\nReports:     ";
  document += needed.collector.empty() ? "stay on this machine" : "go to " + needed.collector;
  return document + "\n";
}

}  // namespace dwell::monitor
