#include <cassert>
#include <map>

#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "monitor/record/recorder.h"
#include "monitor/source/trace_source.h"
#include "monitor/tracker/results.h"
#include "monitor/tracker/tracker.h"
#include "schemas/histogram_codec.h"
#include "schemas/visit_codec.h"

namespace dwell::app {
namespace {

/// Events between two looks at what has ended: memory holds the open visits and what is printed.
constexpr int kBatchEvents = 10'000;

/// Nothing but the named configuration narrows a replay.
Expected<Settings> replaySettings(const Context& context) {
  if (context.configNamed) return context.settings();
  Settings settings;
  settings.urlDetail = UrlDetail::kFull;
  return settings;
}

monitor::TrackerSettings trackerSettings(const Settings& settings, bool hook) {
  monitor::TrackerSettings tracker;
  tracker.idleThreshold = settings.idleThreshold;
  tracker.sessionPause = settings.sessionPause;
  tracker.hook = hook;
  return tracker;
}

/// A trace on its way through tracker and recorder, and what came out.
class Replay {
 public:
  Replay(const Settings& settings, const schemas::TraceHeader& header)
      : wallAtZero_(header.wallStart),
        tracker_(trackerSettings(settings, header.hook), header.wallStart, header.utcOffset),
        recorder_(settings, monitor::SearchWords::kFull, header.wallStart, header.utcOffset) {}

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

  monitor::WholeTrace whole() { return results_.whole(); }
  Json histograms() const {
    Json document = Json::array();
    for (const auto& [name, samples] : histograms_)
      document.push_back(schemas::histogramToJson(name, samples));
    return document;
  }
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
    results_.add(std::move(kept));
  }

  WallTime wallAtZero_;
  monitor::Tracker tracker_;
  monitor::Recorder recorder_;
  monitor::Results results_;
  std::map<std::string, HistogramSamples> histograms_;
  int sinceBatch_ = 0;
  std::int64_t unknownTypes_ = 0;
};

void printText(const Context& context, const monitor::WholeTrace& trace, Millis idleThreshold) {
  using Align = TextTable::Align;
  TextTable table({{"id", Align::kRight},
                   {"access type"},
                   {"attention", Align::kRight},
                   {"active", Align::kRight},
                   {"exit"},
                   {"url"}});
  for (const auto& visit : trace.visits) {
    table.add({std::to_string(visit.id), std::string(accessTypeName(visit.accessType)),
               durationText(visit.attentionMs),
               durationText(schemas::activeMs(visit.attentionByInputAgeMs, toMs(idleThreshold))),
               std::string(exitName(visit.exit)), visit.url});
  }
  table.print(context.out);
  context.out << trace.visits.size() << " visits, " << trace.sessions.size() << " sessions, "
              << trace.trajectories.size() << " login trajectories, " << trace.searches.size()
              << " searches\n";
}

}  // namespace

ExitCode replay(const Context& context, const std::filesystem::path& trace) {
  const auto settings = replaySettings(context);
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  auto source = monitor::TraceSource::open(trace.string());
  if (!source) return context.fail(source.error(), ExitCode::kBadInput);

  Replay run(*settings, source->header());
  while (true) {
    const auto event = source->next();
    if (!event) return context.fail(event.error(), ExitCode::kBadInput);
    if (!*event) break;
    run.handle(**event);
  }
  run.finish(source->lastTime(), source->unknownTypes());

  for (const auto& [cause, count] : run.losses())
    context.err << "dwellctl: " << count << " × " << cause << '\n';
  const auto whole = run.whole();
  if (context.json) {
    return context.print(schemas::replayDocument(whole.visits, whole.sessions, whole.trajectories,
                                                 whole.searches, run.histograms(), settings->idleThreshold));
  }
  printText(context, whole, settings->idleThreshold);
  return ExitCode::kOk;
}

}  // namespace dwell::app
