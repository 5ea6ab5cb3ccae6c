// What a month of a heavy user weighs in reports, next to the same visits as JSON rows.

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/gzip_small.h"
#include "monitor/record/recorder.h"
#include "monitor/tracker/tracker.h"
#include "schemas/report_codec.h"
#include "schemas/visit_codec.h"
#include "tests/bench/heavy_user.h"
#include "tests/bench/report.h"

namespace dwell::tests {
namespace {

constexpr std::size_t kVisitsADay = 5'000;
/// What waits is sealed in reports of so many (uploader/sealer.h).
constexpr std::size_t kVisitsAReport = 5'000;
/// Of eight hours, a report each 30 min.
constexpr std::size_t kVisitsHalfHour = kVisitsADay / 16;

/// The histograms of one report.
class Counts {
 public:
  void add(const schemas::ReportHistogram& histogram) {
    auto& [sum, buckets] = series_[{histogram.name, histogram.group, histogram.day}];
    sum += histogram.sum;
    for (const auto& bucket : histogram.buckets) {
      buckets.try_emplace(bucket.low, schemas::ReportBucket{bucket.low, bucket.high, 0})
          .first->second.count += bucket.count;
    }
  }
  std::vector<schemas::ReportHistogram> histograms() const {
    std::vector<schemas::ReportHistogram> all;
    for (const auto& [key, counted] : series_) {
      const auto& [name, group, day] = key;
      all.push_back({name, group, day, counted.first, {}});
      for (const auto& [low, bucket] : counted.second) all.back().buckets.push_back(bucket);
    }
    return all;
  }

 private:
  using Key = std::tuple<std::string, std::string, std::int32_t>;
  std::map<Key, std::pair<std::int64_t, std::map<std::int64_t, schemas::ReportBucket>>> series_;
};

struct Month {
  std::map<std::int64_t, schemas::Visit> visits;
  std::map<std::size_t, Counts> days, halfHours;  ///< by the visits before, of 5,000 a day

  void add(monitor::Batch batch) {
    for (const auto& histogram : batch.histograms) {
      days[visits.size() / kVisitsADay].add(histogram);
      halfHours[visits.size() / kVisitsHalfHour].add(histogram);
    }
    for (auto& visit : batch.ended) visits.insert_or_assign(visit.id, std::move(visit));
  }
};

/// As the agent would record it with the default settings: URLs without query, no words of searches.
Month replay(std::size_t visits) {
  HeavyUser user;
  const schemas::TraceHeader header = HeavyUser::header();
  monitor::TrackerSettings trackerSettings;
  trackerSettings.inputSource = "x11";
  monitor::Tracker tracker(trackerSettings, header.wallStart, header.utcOffset);
  monitor::Recorder recorder(Settings{}, HashKey{}, header.wallStart, header.utcOffset);
  Month month;
  for (std::int64_t i = 1; month.visits.size() < visits; ++i) {
    const schemas::Event event = user.next();
    tracker.handle(event);
    recorder.handle(event);
    if (i % 2'000 != 0) continue;
    auto output = tracker.take();
    month.add(recorder.batch(std::move(output), tracker.openVisits(),
                             header.wallStart + event.time.time_since_epoch()));
  }
  return month;
}

schemas::Report frame() {
  schemas::Report report;
  report.id = report.client = "6f9619ff-8b86-4011-b42d-00c04fc964ff";
  report.sequence = 1;
  report.experiment = "3c5ac1f2";
  report.environment = {"Debian GNU/Linux 12 (bookworm)", "0.1.0", "de_DE.UTF-8", "Europe/Berlin", "x11", {}};
  report.environment.browsers = {{"Chromium", "142.0"}};
  report.settings.urlDetail = "without_query";
  report.consent = {std::string(64, 'a'), "full visits", wallTime(1'795'388'400'000)};
  return report;
}

struct Sizes {
  std::size_t report = 0, rows = 0;  ///< gzip bytes
};

/// The visits in reports of so many, and the same visits as JSON Lines in as many files.
Sizes visitSizes(const Month& month, std::size_t visitsAReport) {
  Sizes sizes;
  schemas::Report report = frame();
  std::string rows;
  const auto pack = [&] {
    sizes.report += gzipPackSmall(schemas::encodeReport(report)).size();
    sizes.rows += gzipPackSmall(rows).size();
    report.visits.clear();
    rows.clear();
  };
  for (const auto& [id, visit] : month.visits) {
    report.visits.push_back(visit);
    rows += schemas::toJson(visit, Millis(15'000)).dump() + "\n";
    if (report.visits.size() == visitsAReport) pack();
  }
  if (!report.visits.empty()) pack();
  return sizes;
}

std::size_t histogramSize(const std::map<std::size_t, Counts>& reports) {
  std::size_t bytes = 0;
  schemas::Report report = frame();
  for (const auto& [nth, counts] : reports) {
    report.histograms = counts.histograms();
    bytes += gzipPackSmall(schemas::encodeReport(report)).size();
  }
  return bytes;
}

int bench(bool quick) {
  using Bound = Report::Bound;
  Report report(quick);
  const Month month = replay((quick ? 2 : 30) * kVisitsADay);
  const auto visits = static_cast<double>(month.visits.size());
  const Sizes whole = visitSizes(month, kVisitsAReport);
  const Sizes halfHours = visitSizes(month, kVisitsHalfHour);
  const auto each = [&](std::size_t bytes) { return static_cast<double>(bytes) / visits; };
  std::printf("%.0f visits of a heavy user, recorded with the default settings\n", visits);
  report.alwaysJudged("report by JSON rows, what waits in reports of 5,000 visits",
                      static_cast<double>(whole.report) / static_cast<double>(whole.rows), "%.2fx",
                      Bound::kAtMost, 0.75);
  report.alwaysJudged("report by JSON rows, a report each 30 min",
                      static_cast<double>(halfHours.report) / static_cast<double>(halfHours.rows), "%.2fx",
                      Bound::kAtMost, 0.75);
  report.target("visits in reports of 5,000", each(whole.report), "%.1f bytes a visit", Bound::kAtMost, 20);
  report.fact("visits in a report each 30 min", text("%.1f bytes a visit", each(halfHours.report)));
  report.fact("JSON rows", text("%.1f bytes a visit", each(whole.rows)));
  report.alwaysJudged("histograms alone, a report a day", each(histogramSize(month.days)),
                      "%.2f bytes a visit", Bound::kAtMost, 1);
  report.fact("histograms alone, a report each 30 min",
              text("%.2f bytes a visit", each(histogramSize(month.halfHours))));
  return report.exitCode();
}

}  // namespace
}  // namespace dwell::tests

int main(int argc, char** argv) {
  CLI::App app("What a month of a heavy user weighs in reports, next to the same visits as JSON rows.");
  bool quick = false;
  std::string notUsed;
  app.add_flag("--quick", quick, "Two days of it");
  app.add_option("--scratch", notUsed, "Not used: this bench writes no files");
  app.add_option("--bin", notUsed, "Not used: this bench runs none of the programs");
  CLI11_PARSE(app, argc, argv);
  return dwell::tests::bench(quick);
}
