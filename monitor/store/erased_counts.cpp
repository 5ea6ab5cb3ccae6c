#include "monitor/store/erased_counts.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "base/statement.h"

namespace dwell::monitor {
namespace {

using schemas::ReportHistogram;

/// The sums that so many samples in these buckets can have.
std::int64_t possibleSum(const ReportHistogram& histogram) {
  std::int64_t least = 0, most = 0;
  for (const auto& bucket : histogram.buckets) {
    least += bucket.low * bucket.count;
    most += (bucket.high - 1) * bucket.count;
  }
  return std::clamp(histogram.sum, least, most);
}

}  // namespace

void subtractSamples(std::vector<ReportHistogram>& histograms, const std::vector<ReportHistogram>& samples) {
  std::map<std::tuple<std::int32_t, std::string, std::string>, const ReportHistogram*> wanted;
  for (const auto& sample : samples) wanted[{sample.day, sample.group, sample.name}] = &sample;
  for (auto& histogram : histograms) {
    const auto found = wanted.find({histogram.day, histogram.group, histogram.name});
    if (found == wanted.end()) continue;
    for (const auto& taken : found->second->buckets) {
      for (auto& bucket : histogram.buckets) {
        if (bucket.low == taken.low) bucket.count -= std::min(bucket.count, taken.count);
      }
    }
    std::erase_if(histogram.buckets, [](const auto& bucket) { return bucket.count == 0; });
    histogram.sum -= found->second->sum;
    histogram.sum = possibleSum(histogram);
  }
  std::erase_if(histograms, [](const auto& histogram) { return histogram.buckets.empty(); });
}

void changeHistograms(const SQLite::Database& database, const std::vector<ReportHistogram>& gone,
                      const std::vector<ReportHistogram>& instead) {
  SQLite::Statement find(database, "SELECT id FROM histogram_series WHERE name = ? AND page_group = ?");
  SQLite::Statement take(
      database,
      "UPDATE histogram SET count = max(0, count - ?4), "
      "reported = min(reported, max(0, count - ?4)) WHERE day = ?1 AND series = ?2 AND low = ?3");
  SQLite::Statement takeSum(database,
                            "UPDATE histogram_sum SET sum = sum - ?3 WHERE day = ?1 AND series = ?2");
  SQLite::Statement add(database,
                        "INSERT INTO histogram AS h (day, series, low, high, count, reported) "
                        "VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO UPDATE SET count = h.count + ?5, "
                        "reported = h.reported + ?5 WHERE h.high = excluded.high");
  SQLite::Statement addSum(
      database,
      "INSERT INTO histogram_sum AS h (day, series, sum, reported) VALUES (?1, ?2, ?3, ?3) "
      "ON CONFLICT DO UPDATE SET sum = h.sum + ?3, reported = h.reported + ?3");
  std::set<std::pair<std::int32_t, std::int64_t>> touched;
  const auto seriesOf = [&](const ReportHistogram& histogram) {
    const bool known = bound(find, histogram.name, histogram.group).executeStep();
    const std::int64_t series = known ? find.getColumn(0).getInt64() : 0;
    find.reset();
    if (known) touched.insert({histogram.day, series});
    return series;
  };
  for (const auto& histogram : gone) {
    const std::int64_t series = seriesOf(histogram);
    for (const auto& bucket : histogram.buckets)
      execute(take, histogram.day, series, bucket.low, bucket.count);
    execute(takeSum, histogram.day, series, histogram.sum);
  }
  for (const auto& histogram : instead) {
    const std::int64_t series = seriesOf(histogram);
    if (series == 0) continue;  // its like was never sampled
    for (const auto& bucket : histogram.buckets)
      execute(add, histogram.day, series, bucket.low, bucket.high, bucket.count);
    execute(addSum, histogram.day, series, histogram.sum);
  }
  executeOnce(database, "DELETE FROM histogram WHERE count = 0");
  executeOnce(database,
              "DELETE FROM histogram_sum WHERE NOT EXISTS (SELECT 1 FROM histogram AS h "
              "WHERE h.day = histogram_sum.day AND h.series = histogram_sum.series)");
  // What is left to report must be a possible sum of what is left to report.
  SQLite::Statement bounds(database,
                           "SELECT s.sum - s.reported, sum(h.low * (h.count - h.reported)), "
                           "sum((h.high - 1) * (h.count - h.reported)) FROM histogram_sum AS s "
                           "JOIN histogram AS h ON h.day = s.day AND h.series = s.series "
                           "WHERE s.day = ? AND s.series = ? GROUP BY s.day");
  SQLite::Statement setReported(
      database, "UPDATE histogram_sum SET reported = sum - ?3 WHERE day = ?1 AND series = ?2");
  for (const auto& [day, series] : touched) {
    if (bound(bounds, day, series).executeStep()) {
      const std::int64_t unreported = bounds.getColumn(0).getInt64();
      const std::int64_t possible =
          std::clamp(unreported, bounds.getColumn(1).getInt64(), bounds.getColumn(2).getInt64());
      bounds.reset();
      if (possible != unreported) execute(setReported, day, series, possible);
    } else {
      bounds.reset();
    }
  }
}

}  // namespace dwell::monitor
