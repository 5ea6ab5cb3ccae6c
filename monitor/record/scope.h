#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

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

/// Whether the words of searches are kept. They are a consent item of their own.
enum class SearchWords { kOff, kFull };

/// Which URLs may be kept, and how much of them (design section 7). Every URL that is kept, in whatever
/// field, goes through here before it is stored.
/// Threads: any.
class Scope {
 public:
  /// Empty `include`: every page. `exclude` wins.
  Scope(UrlDetail detail, SearchWords words, const std::vector<std::string>& include,
        const std::vector<std::string>& exclude);

  bool contains(std::string_view url) const;

  /// What of a URL in scope is kept. User, password and fragment are cut whatever the detail.
  std::string kept(std::string_view url) const;
  /// The same; empty out of scope.
  std::string keptOrEmpty(std::string_view url) const { return contains(url) ? kept(url) : std::string(); }

  /// The visit as it may be kept: its URL cut, its search words left out. It must be in scope.
  schemas::Visit kept(schemas::Visit visit) const;
  /// Its results out of scope without a URL, its words left out.
  schemas::Search kept(schemas::Search search) const;
  /// Its log-in URL cut, or empty where that is out of scope.
  schemas::Trajectory kept(schemas::Trajectory trajectory) const;

 private:
  void cutWords(std::string& words) const {
    if (words_ == SearchWords::kOff) words.clear();
  }

  UrlDetail detail_;
  SearchWords words_;
  UrlPatterns include_, exclude_;
};

}  // namespace dwell::monitor
