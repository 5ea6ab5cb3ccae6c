#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "base/settings.h"
#include "monitor/record/url_pattern.h"
#include "schemas/visit.h"

namespace dwell::monitor {

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
  /// At the level "origins" it is origin whatever the detail says, or the keyed hash without its <URL>.
  std::string kept(std::string_view url) const;
  /// The same; empty out of scope.
  std::string keptOrEmpty(std::string_view url) const { return contains(url) ? kept(url) : std::string(); }

  /// What of the words of a search is kept.
  std::string keptWords(std::string_view words) const;

  /// The visit as it may be kept: its URL, those of its presses and its search words cut. It must be in
  /// scope.
  schemas::Visit kept(schemas::Visit visit) const;
  /// Links out of scope, and those with too long a URL, without it: `tooLong` counts these.
  schemas::LinkTable kept(const schemas::LinkTable& table, std::int64_t& tooLong) const;
  /// Its results out of scope without a URL, its words cut.
  schemas::Search kept(schemas::Search search) const;
  /// Its log-in URL cut, or empty where that is out of scope.
  schemas::Trajectory kept(schemas::Trajectory trajectory) const;

 private:
  std::string withoutQuery(std::string_view url) const;
  std::string hashed(std::string_view url) const;

  UrlDetail detail_;
  bool originsOnly_;
  SearchWords words_;
  std::vector<std::string> keepParameters_;
  HashKey key_;
  std::vector<UrlPatterns> include_;  ///< a page in scope is in each of them
  UrlPatterns exclude_;
};

}  // namespace dwell::monitor
