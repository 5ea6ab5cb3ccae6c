#include "monitor/record/url_pattern.h"

#include <algorithm>

#include "base/url.h"

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

bool UrlPattern::covers(const UrlPattern& other) const {
  // A `*` of `other` stands for itself here, and only a `*` of this can match it: which then matches whatever
  // it stands for.
  const bool web = other.scheme_ == "http" || other.scheme_ == "https";
  if (scheme_ != other.scheme_ && !(scheme_ == "*" && web)) return false;
  if (port_ && port_ != other.port_) return false;
  const bool host = matchesHost(other.host_, other.port_.value_or(std::string()));
  const bool domainToo = other.host_.compare(0, 2, "*.") == 0;  // then it is for the domain itself as well
  return host && globMatches(path_, other.path_) &&
         (!domainToo || matchesHost(other.host_.substr(2), other.port_.value_or(std::string())));
}

UrlPatterns::UrlPatterns(const std::vector<std::string>& patterns) {
  for (const std::string& pattern : patterns) patterns_.emplace_back(pattern);
}

bool UrlPatterns::match(std::string_view url) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const UrlPattern& pattern) { return pattern.matches(url); });
}

bool UrlPatterns::cover(const UrlPattern& other) const {
  return std::any_of(patterns_.begin(), patterns_.end(),
                     [&](const UrlPattern& pattern) { return pattern.covers(other); });
}

}  // namespace dwell::monitor
