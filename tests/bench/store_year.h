#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "monitor/record/batch.h"
#include "schemas/visit.h"

namespace dwell::tests {

/// What the recorder would hand to the store, day after day, of somebody who looks at 5,000 pages in eight
/// hours: lawful rows (gaps and censored time add up to attention), without the tracker, so that a year is
/// made in a minute. The same seed gives the same rows. Threads: one.
///
/// Attention is log-normal with a median of 10 s (Weinreich et al. 2008: half of all pages are left within
/// 12 s); one visit in ten is never looked at. Gaps between inputs are mostly below a second, now and then
/// minutes. Results pages and clicks on them are one visit in eight, without search words (the default).
class StoreYear {
 public:
  /// `newUrls`: of 1,000 visits, how many are of a URL that was never visited before. The others are of one
  /// seen lately (three in five) or of any, the older the rarer.
  explicit StoreYear(int newUrls, std::uint64_t seed = 1);

  static constexpr int kVisitsADay = 5'000;
  /// A quarter. Recurrence of 58 % (Tauscher and Greenberg 1997), 81 % (Cockburn and McKenzie 2001) and 46 %
  /// (Weinreich et al. 2008, with queries in the URLs, 5,500 visits each) was found over weeks; vocabularies
  /// grow slower than texts: at an exponent of 0.8 to 0.9 the 54 % of 5,500 are 17 to 30 % of 1.8 million.
  static constexpr int kUsual = 250;
  static constexpr int kAllNew = 1'000;

  /// One flush of the recorder: so many visits that ended, the one that is being looked at,
  /// the session, coverage, and a sample in each of `histograms` histograms.
  monitor::Batch flush(int visits, int histograms);

  /// From now on pages tell their links, most visits what the page had the last time: a page changes on
  /// `changes` of 1,000 visits.
  void tellLinks(int changes) { changes_ = changes; }

  /// That have ended.
  std::int64_t visits() const { return nextId_ - 2; }
  std::int32_t day() const;  ///< local day of the last flush
  std::int64_t urls() const { return urls_; }
  double meanUrlBytes() const { return static_cast<double>(urlBytes_) / static_cast<double>(urls_); }

 private:
  std::int64_t number(std::int64_t low, std::int64_t high);
  double logNormal(double median, double sigma);
  bool chance(int permille) { return number(0, 999) < permille; }

  std::int64_t logUniform(std::size_t top);
  std::string url();
  std::string urlText(std::int64_t number);
  schemas::Visit visit();
  schemas::Visit stillOpen();
  void attend(schemas::Visit& visit, std::int64_t attentionMs);
  void sample(monitor::Batch& batch, std::int64_t histogram);

  std::mt19937_64 random_;
  int newUrls_;
  std::optional<int> changes_;                     ///< none: pages tell no links
  std::map<std::string, std::uint64_t> versions_;  ///< of pages that changed
  std::int64_t nextId_ = 1, session_ = 1;
  std::int64_t urls_ = 0, urlBytes_ = 0;
  std::vector<std::int64_t> lately_;  ///< numbers of URLs, the last visited at the end
  WallTime now_;
  schemas::Visit current_;
  std::int64_t flushesOfCurrent_ = 0;
  std::int64_t sessionPages_ = 0;
};

}  // namespace dwell::tests
