#include "monitor/record/scope.h"

#include <algorithm>
#include <utility>

#include "base/url.h"
#include "monitor/record/path_mask.h"

namespace dwell::monitor {
Scope::Scope(const Settings& settings, const HashKey& key)
    : detail_(settings.urlDetail),
      originsOnly_(settings.level == Level::kOrigins),
      words_(settings.searchWords),
      keepParameters_(settings.keepParameters),
      key_(key),
      exclude_(settings.exclude) {
  if (!settings.include.empty()) include_.emplace_back(settings.include);
  for (const auto& patterns : settings.includeToo) {
    if (!patterns.empty()) include_.emplace_back(patterns);
  }
  if (originsOnly_ && detail_ != UrlDetail::kKeyedHash) detail_ = UrlDetail::kOrigin;
}

bool Scope::contains(std::string_view url) const {
  const auto matches = [url](const UrlPatterns& patterns) { return patterns.match(url); };
  return std::all_of(include_.begin(), include_.end(), matches) && !exclude_.match(url);
}

std::string Scope::kept(std::string_view url) const {
  switch (detail_) {
    case UrlDetail::kFull:
      return url::withoutUserInfo(url::withoutFragment(url));
    case UrlDetail::kWithoutQuery:
      return withoutQuery(url);
    case UrlDetail::kOrigin:
      return url::origin(url);
    case UrlDetail::kKeyedHash:
      return hashed(url);
  }
  return {};
}

std::string Scope::withoutQuery(std::string_view url) const {
  const url::Parts parts = url::split(url);
  std::string result = url::withoutUserInfo(url::withoutQueryAndFragment(url));
  result.replace(result.size() - parts.path.size(), parts.path.size(), maskedPath(parts.path));
  char before = '?';
  for (std::string_view rest = parts.query; !rest.empty();) {
    const std::size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view parameter = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    const std::string_view name = parameter.substr(0, parameter.find('='));
    if (std::find(keepParameters_.begin(), keepParameters_.end(), name) == keepParameters_.end()) continue;
    result += std::exchange(before, '&');
    result += parameter;
  }
  return result;
}

std::string Scope::hashed(std::string_view url) const {
  const std::string host = url::host(url), site = url::site(url);
  std::string result = "https://";
  if (host != site) result += keyedHashHex(host, key_) + '.';
  result += keyedHashHex(site, key_) + ".invalid/";
  return originsOnly_ ? result : result + keyedHashHex(withoutQuery(url), key_);
}

std::string Scope::keptWords(std::string_view words) const {
  if (words_ == SearchWords::kFull) return std::string(words);
  return words_ == SearchWords::kOff || words.empty() ? std::string() : keyedHashHex(words, key_);
}

schemas::Visit Scope::kept(schemas::Visit visit) const {
  visit.url = kept(visit.url);
  for (schemas::LinkPress& press : visit.presses) {
    if (!press.url.empty()) press.url = keptOrEmpty(press.url);
  }
  if (visit.serp) visit.serp->query = keptWords(visit.serp->query);
  if (visit.resultsPage) visit.resultsPage->query = keptWords(visit.resultsPage->query);
  return visit;
}

schemas::LinkTable Scope::kept(const schemas::LinkTable& table, std::int64_t& tooLong) const {
  schemas::LinkTable links;
  links.reserve(table.size());
  for (const schemas::PageLink& link : table) {
    std::string url = keptOrEmpty(link.url);
    if (url.size() > schemas::kMaxLinkUrl) {
      url.clear();
      ++tooLong;
    }
    links.push_back({std::move(url), link.features});
  }
  return links;
}

schemas::Search Scope::kept(schemas::Search search) const {
  search.query = keptWords(search.query);
  for (schemas::SearchResult& result : search.results) result.url = keptOrEmpty(result.url);
  return search;
}

schemas::Trajectory Scope::kept(schemas::Trajectory trajectory) const {
  trajectory.loginUrl = keptOrEmpty(trajectory.loginUrl);
  return trajectory;
}

}  // namespace dwell::monitor
