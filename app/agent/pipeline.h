#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/agent/trace_recorder.h"
#include "base/digest.h"
#include "base/settings.h"
#include "monitor/record/recorder.h"
#include "monitor/source/present_state.h"
#include "monitor/source/reorder.h"
#include "monitor/source/start_filter.h"
#include "monitor/store/store.h"
#include "monitor/tracker/tracker.h"

namespace dwell::app {

/// How long after one flush comes the next. A kill loses at most 10 s of attention: this, the window of
/// reordering that a flush leaves out (500 ms), and what the store takes to write.
inline constexpr Millis kFlushEvery = std::chrono::seconds(9);

/// Looks at, and may change, each event on its way into the tracker. The product has none; a test builds an
/// agent that is wrong on purpose with one.
using EventFilter = std::function<void(schemas::Event&)>;

/// One stretch of recording, from its start to its end: events of all sources ▶ order ▶ tracker ▶ recorder ▶
/// batches. Pure: the times come in. Threads: any one.
class Pipeline {
 public:
  struct Setup {
    Settings settings;
    HashKey key{};     ///< of keyed hashes, where the settings ask for them
    bool hook = true;  ///< the X11 source works; else inputs come from the pages, which do not see all keys
    monitor::NextNumbers numbers;
    monitor::LeftOpen leftOpen;
    std::function<bool(std::string_view url, std::int32_t day)> visitedBefore;
    monitor::FindPageHistory history;
    MonoTime start;
    WallTime wallAtZero;
    UtcOffset offset{};
    std::optional<WallTime> end;  ///< nothing that happens from then on counts
    EventFilter filter;
  };
  explicit Pipeline(Setup setup);

  /// What one source gave at once. Also moves everything on that is old enough by `now`.
  void add(std::vector<schemas::Event> events, MonoTime now);
  /// Whether somebody is about to tell more of a time that is past: until then only a flush moves anything
  /// on.
  void hold(bool held) { reorder_.hold(held); }
  /// The wall clock was set, or the time zone changed.
  void setClock(WallTime wallAtZero, UtcOffset offset);

  /// For the next batch: what the agent itself has to say.
  void addCoverage(const std::vector<schemas::CoverageDay>& days);
  void addLosses(const std::string& from, const std::map<std::string, std::int64_t>& deltas);

  /// Everything since the last batch that is past the window of reordering, or (upTo) all there is.
  monitor::Batch batch(MonoTime now, WallTime wall);
  monitor::Batch batchUpTo(MonoTime now, WallTime wall);
  /// The same, with every visit ended. Nothing may be added after it.
  monitor::Batch finish(MonoTime now, WallTime wall);

  /// What dwell-upload did since the last call: its samples come with the next batch that has another reason.
  void addUploads(const std::vector<monitor::UploadAttempt>& attempts) { recorder_.addUploads(attempts); }

  /// A sample of the agent itself: it goes into the next batch.
  void sample(schemas::HistogramId id, std::int64_t value, MonoTime now) { recorder_.sample(id, value, now); }

  /// Whether another batch is worth its while: something has happened since the last one, or attention goes
  /// on. Not for ever: 15 minutes (the last edge of input age) after the last event nobody is taken to be
  /// there, and a machine at rest writes nothing; the next event brings what was missed.
  bool restless(MonoTime now) const;

  /// From now on, every event goes to a trace as well. `sink` gets the trace's lines, the first ones before
  /// this returns; the trace ends with its recording, or with the pipeline's.
  /// `number` is the caller's and is used once.
  using TraceNumber = std::int64_t;
  void startTrace(TraceNumber number, TraceRecorder::Sink sink, MonoTime now);
  /// Writes what came up to `now`, and the trace's end. A trace that has ended is no error.
  void endTrace(TraceNumber number, MonoTime now);

  std::int64_t events() const { return events_; }
  /// What did not count as it was, since the start: what addLosses() told, the tracker's causes (tracker.…),
  /// events that came too late to be put in order (late) or were from before the start (before_start).
  std::map<std::string, std::int64_t> losses() const;

 private:
  void handle(std::vector<schemas::Event> events, MonoTime now);
  /// `time`, or the end where that came before. The clock may have been set since: what was once let in
  /// stays.
  MonoTime limited(MonoTime time) const {
    return end_ ? std::min(time, MonoTime(*end_ - wallAtZero_)) : time;
  }
  monitor::Batch made(WallTime wall, monitor::BatchEnd end);

  Settings settings_;
  HashKey key_;
  bool hook_;
  WallTime wallAtZero_;
  UtcOffset offset_;
  std::optional<WallTime> end_;
  EventFilter filter_;
  monitor::StartFilter started_;
  monitor::Reorder reorder_;
  monitor::Tracker tracker_;
  monitor::Recorder recorder_;
  monitor::PresentState present_;
  std::map<TraceNumber, TraceRecorder> traces_;
  std::int64_t events_ = 0;
  bool touched_ = true;    ///< since the last batch; the first one holds what a kill left open
  bool attended_ = false;  ///< the last batch had more attention than the one before
  std::int64_t openAttentionMs_ = 0;
  MonoTime lastEvent_;
  std::map<std::string, std::int64_t> toldLosses_;  ///< by addLosses()
};

}  // namespace dwell::app
