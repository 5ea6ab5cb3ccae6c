#include "monitor/record/scope.h"

#include <algorithm>
#include <utility>

#include "base/url.h"
#include "monitor/record/path_mask.h"

namespace dwell::monitor {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return result;
}

/// Whether `text` as a whole is what `pattern` says. In time linear in their product, without recursion.
bool globMatches(std::string_view pattern, std::string_view text) {
  std::size_t p = 0, t = 0;
  std::size_t star = std::string_view::npos, resume = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == std::string_view::npos;
}

}  // namespace

UrlPattern::UrlPattern(std::string_view text) {
  const std::size_t separator = text.find("://");
  const bool named = separator != std::string_view::npos && text.find_first_of("/?#") > separator;
  scheme_ = named ? lower(text.substr(0, separator)) : "*";
  std::string_view rest = named ? text.substr(separator + 3) : text;
  const std::size_t slash = rest.find('/');
  path_ = slash == std::string_view::npos ? "/*" : std::string(rest.substr(slash));
  std::string_view authority = rest.substr(0, slash);
  // The last colon begins a port, unless it is within an IPv6 address.
  const std::size_t colon = authority.rfind(':');
  if (colon != std::string_view::npos && authority.find(']', colon) == std::string_view::npos) {
    if (authority.substr(colon + 1) != "*") port_ = std::string(authority.substr(colon + 1));
    authority = authority.substr(0, colon);
  }
  host_ = lower(authority);
}

bool UrlPattern::matchesHost(std::string_view host, std::string_view port) const {
  if (port_ && *port_ != port) return false;
  if (globMatches(host_, host)) return true;
  return host_.size() > 2 && host_.compare(0, 2, "*.") == 0 &&
         globMatches(std::string_view(host_).substr(2), host);
}

bool UrlPattern::matches(std::string_view url) const {
  const url::Parts parts = url::split(url::withoutFragment(url));
  const std::string scheme = lower(parts.scheme);
  const bool web = scheme == "http" || scheme == "https";
  if (scheme_ == "*" ? !web : !globMatches(scheme_, scheme)) return false;
  if (!matchesHost(lower(parts.host), parts.port)) return false;
  std::string path(parts.path.empty() ? "/" : parts.path);
  if (!parts.query.empty()) path.append("?").append(parts.query);
  return globMatches(path_, path);
}

UrlPatterns::UrlPatterns(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) patterns_.emplace_back(pattern);
}

bool UrlPatterns::match(std::string_view url) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const UrlPattern& pattern) { return pattern.matches(url); });
}

Scope::Scope(const Settings& settings, const HashKey& key)
    : detail_(settings.urlDetail),
      words_(settings.searchWords),
      keepParameters_(settings.keepParameters),
      key_(key),
      include_(settings.include),
      exclude_(settings.exclude) {}

bool Scope::contains(std::string_view url) const {
  return (include_.empty() || include_.match(url)) && !exclude_.match(url);
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
  return result + keyedHashHex(site, key_) + ".invalid/" + keyedHashHex(withoutQuery(url), key_);
}

std::string Scope::keptWords(std::string_view words) const {
  if (words_ == SearchWords::kFull) return std::string(words);
  return words_ == SearchWords::kOff || words.empty() ? std::string() : keyedHashHex(words, key_);
}

schemas::Visit Scope::kept(schemas::Visit visit) const {
  visit.url = kept(visit.url);
  if (visit.serp) visit.serp->query = keptWords(visit.serp->query);
  if (visit.resultsPage) visit.resultsPage->query = keptWords(visit.resultsPage->query);
  return visit;
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
