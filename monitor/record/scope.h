#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/settings.h"
#include "schemas/visit.h"

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
  bool empty() const { return patterns_.empty(); }

 private:
  std::vector<UrlPattern> patterns_;
};

/// Which URLs may be kept, and how much of them (design section 7). Every URL that is kept, in whatever
/// field, goes through here before it is stored.
/// Threads: any.
class Scope {
 public:
  /// Empty `include`: every page. `exclude` wins. `key`: for the settings that ask for keyed hashes.
  Scope(const Settings& settings, const HashKey& key);

  bool contains(std::string_view url) const;

  /// What of a URL in scope is kept. User, password and fragment are cut whatever the detail.
  ///   full           all else
  ///   without_query  without the query but for the parameters to keep; the path masked (maskedPath())
  ///   origin         scheme, host and port
  ///   keyed_hash     https://<host>.<site>.invalid/<URL>: each the hash of what its name says, <host>. left
  ///   out
  ///                  where it is the site, <URL> of what without_query keeps. So the same host, site or page
  ///                  has the same text, and sums of sites are right: "invalid" (RFC 2606) is no site's name.
  std::string kept(std::string_view url) const;
  /// The same; empty out of scope.
  std::string keptOrEmpty(std::string_view url) const { return contains(url) ? kept(url) : std::string(); }

  /// What of the words of a search is kept.
  std::string keptWords(std::string_view words) const;

  /// The visit as it may be kept: its URL and its search words cut. It must be in scope.
  schemas::Visit kept(schemas::Visit visit) const;
  /// Its results out of scope without a URL, its words cut.
  schemas::Search kept(schemas::Search search) const;
  /// Its log-in URL cut, or empty where that is out of scope.
  schemas::Trajectory kept(schemas::Trajectory trajectory) const;

 private:
  std::string withoutQuery(std::string_view url) const;
  std::string hashed(std::string_view url) const;

  UrlDetail detail_;
  SearchWords words_;
  std::vector<std::string> keepParameters_;
  HashKey key_;
  UrlPatterns include_, exclude_;
};

}  // namespace dwell::monitor
