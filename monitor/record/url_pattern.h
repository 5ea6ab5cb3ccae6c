#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dwell::monitor {

/// A pattern of URLs, as the settings and experiments write them. `*` stands for any text, all else for
/// itself.
///   https://shop.example/cart*    pages of one host whose path (with its query) begins so
///   https://*.example/*           the hosts below a domain, and the domain itself
///   https://shop.example          the same as https://shop.example/*
///   shop.example/cart*            http or https
///   *                             every page
/// A `*` before the first slash of the path stays within host and port: no page elsewhere can match by having
/// a host's name in its path or query. A pattern without a port is for any port. Upper and lower case of
/// scheme and host are the same.
class UrlPattern {
 public:
  explicit UrlPattern(std::string_view text);

  /// User, password and fragment of `url` are not looked at.
  bool matches(std::string_view url) const;

  /// Whether this matches all that `other` matches. It may say no of what would be found to be so by more
  /// than looking at one piece of the patterns after the other.
  bool covers(const UrlPattern& other) const;

 private:
  bool matchesHost(std::string_view host, std::string_view port) const;

  std::string scheme_;  ///< "*": http or https
  std::string host_;
  std::optional<std::string> port_;  ///< none: any
  std::string path_;                 ///< with its leading '/'
};

/// The URLs that one of the patterns matches.
class UrlPatterns {
 public:
  UrlPatterns() = default;
  explicit UrlPatterns(const std::vector<std::string>& patterns);
  bool match(std::string_view url) const;
  /// Whether one of them covers `other`.
  bool cover(const UrlPattern& other) const;
  bool empty() const { return patterns_.empty(); }

 private:
  std::vector<UrlPattern> patterns_;
};

}  // namespace dwell::monitor
