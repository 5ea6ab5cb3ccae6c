#include <fmt/format.h>

#include <cassert>
#include <map>
#include <memory>

#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "app/ctl/trace_rows.h"
#include "app/ctl/url_memory.h"
#include "monitor/record/recorder.h"
#include "monitor/source/trace_source.h"
#include "monitor/store/hash_key.h"
#include "monitor/tracker/tracker.h"
#include "schemas/histogram_codec.h"
#include "schemas/visit_codec.h"

namespace dwell::app {
namespace {

/// Events between two looks at what has ended: memory holds the open visits and what came in between.
constexpr int kBatchEvents = 10'000;

/// Nothing but the named configuration narrows a replay.
Expected<Settings> replaySettings(const Context& context) {
  if (context.configNamed) return context.settings();
  Settings settings;
  settings.urlDetail = UrlDetail::kFull;
  settings.searchWords = SearchWords::kFull;
  return settings;
}

monitor::TrackerSettings trackerSettings(const Settings& settings, bool hook) {
  monitor::TrackerSettings tracker;
  tracker.idleThreshold = settings.idleThreshold;
  tracker.sessionPause = settings.sessionPause;
  tracker.hook = hook;
  tracker.firstDays = std::make_shared<FirstDaysOnDisk>();
  return tracker;
}

/// A trace on its way through tracker and recorder, into `rows`, which must outlive it.
class Replay {
 public:
  Replay(const Settings& settings, const HashKey& key, const schemas::TraceHeader& header, TraceRows& rows)
      : rows_(rows),
        wallAtZero_(header.wallStart),
        tracker_(trackerSettings(settings, header.hook), header.wallStart, header.utcOffset),
        recorder_(settings, key, header.wallStart, header.utcOffset) {
    recorder_.keepHistoryIn(std::make_unique<PageMemoryOnDisk>());
  }

  void handle(const schemas::Event& event) {
    tracker_.handle(event);
    recorder_.handle(event);
    if (++sinceBatch_ >= kBatchEvents) collect(event.time, monitor::BatchEnd::kGoesOn);
  }

  /// `unknownTypes`: lines that were left out.
  void finish(MonoTime end, std::int64_t unknownTypes) {
    unknownTypes_ = unknownTypes;
    tracker_.finish(end);
    collect(end, monitor::BatchEnd::kFinished);
  }

  const std::map<std::string, HistogramSamples>& histograms() const { return histograms_; }
  /// What did not count as it stood, by cause.
  std::map<std::string, std::int64_t> losses() const {
    auto all = tracker_.losses();
    if (unknownTypes_ > 0) all["event_unknown"] = unknownTypes_;
    return all;
  }

 private:
  void collect(MonoTime now, monitor::BatchEnd end) {
    sinceBatch_ = 0;
    auto output = tracker_.take();
    monitor::TrackerOutput kept;
    kept.withdrawnTrajectories = output.withdrawnTrajectories;
    const WallTime wall = wallAtZero_ + now.time_since_epoch();
    recorder_.noteLosses(losses(), wall);
    auto batch = recorder_.batch(std::move(output), tracker_.openVisits(), wall, end);
    for (const auto& delta : batch.histograms) {
      if (delta.group != monitor::kAllPages) continue;
      HistogramSamples samples;
      samples.sum = delta.sum;
      for (const auto& bucket : delta.buckets)
        samples.buckets.push_back({bucket.low, bucket.high, bucket.count});
      [[maybe_unused]] const auto merged = histograms_[delta.name].merge(samples);
      assert(merged);  // one registry, so one layout
    }
    kept.ended = std::move(batch.ended);
    kept.sessions = std::move(batch.sessions);
    kept.trajectories = std::move(batch.trajectories);
    kept.searches = std::move(batch.searches);
    rows_.add(kept);
  }

  TraceRows& rows_;
  WallTime wallAtZero_;
  monitor::Tracker tracker_;
  monitor::Recorder recorder_;
  std::map<std::string, HistogramSamples> histograms_;
  int sinceBatch_ = 0;
  std::int64_t unknownTypes_ = 0;
};

/// Columns of fixed width: no row waits for the others.
template <class Id, class Attention, class Active>
std::string textRow(const Id& id, std::string_view accessType, const Attention& attention,
                    const Active& active, std::string_view exit, std::string_view url) {
  return fmt::format("{:>7}  {:<15}  {:>11}  {:>11}  {:<15}  {}\n", id, accessType, attention, active, exit,
                     url);
}

void printText(const Context& context, TraceRows& rows) {
  context.out << textRow("id", "access type", "attention", "active", "exit", "url");
  rows.eachVisit([&](std::string_view row) { context.out << row; });
  context.out << rows.visits() << " visits, " << rows.sessions() << " sessions, " << rows.trajectories()
              << " login trajectories, " << rows.searches() << " searches\n";
}

/// An object of lists, an item a line.
void printJson(const Context& context, TraceRows& rows,
               const std::map<std::string, HistogramSamples>& histograms) {
  const char* before = "";
  const auto item = [&](std::string_view text) {
    context.out << before << '\n' << text;
    before = ",";
  };
  const auto list = [&](const char* start, const auto& each) {
    context.out << start;
    before = "";
    each(item);
  };
  list(R"({"visits":[)", [&](const auto& each) { rows.eachVisit(each); });
  list(R"(],"sessions":[)", [&](const auto& each) { rows.eachSession(each); });
  list(R"(],"trajectories":[)", [&](const auto& each) { rows.eachTrajectory(each); });
  list(R"(],"searches":[)", [&](const auto& each) { rows.eachSearch(each); });
  list(R"(],"histograms":[)", [&](const auto& each) {
    for (const auto& [name, samples] : histograms) each(schemas::histogramToJson(name, samples).dump());
  });
  context.out << "]}\n";
}

}  // namespace

ExitCode replay(const Context& context, const std::filesystem::path& trace) {
  const auto settings = replaySettings(context);
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  const auto key = monitor::hashKeyFor(*settings, context.paths.hashKey());
  if (!key) return context.fail(key.error(), ExitCode::kBadInput);
  auto source = monitor::TraceSource::open(trace.string());
  if (!source) return context.fail(source.error(), ExitCode::kBadInput);

  const Millis threshold = settings->idleThreshold;
  TraceRows rows([&](const schemas::Visit& visit) {
    if (context.json) return schemas::toJsonText(visit, threshold);
    return textRow(visit.id, accessTypeName(visit.accessType), durationText(visit.attentionMs),
                   durationText(schemas::activeMs(visit.attentionByInputAgeMs, toMs(threshold))),
                   exitName(visit.exit), visit.url);
  });
  Replay run(*settings, *key, source->header(), rows);
  while (true) {
    const auto event = source->next();
    if (!event) return context.fail(event.error(), ExitCode::kBadInput);
    if (!*event) break;
    run.handle(**event);
  }
  run.finish(source->lastTime(), source->unknownTypes());

  for (const auto& [cause, count] : run.losses())
    context.err << "dwellctl: " << count << " × " << cause << '\n';
  if (context.json) {
    printJson(context, rows, run.histograms());
  } else {
    printText(context, rows);
  }
  return ExitCode::kOk;
}

}  // namespace dwell::app
