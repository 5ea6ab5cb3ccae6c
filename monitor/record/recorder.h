#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/settings.h"
#include "base/time.h"
#include "monitor/record/batch.h"
#include "monitor/record/counters.h"
#include "monitor/record/event_samples.h"
#include "monitor/record/left_open.h"
#include "monitor/record/page_history.h"
#include "monitor/record/samples.h"
#include "monitor/record/scope.h"
#include "monitor/record/visit_groups.h"
#include "monitor/tracker/tracker.h"
#include "schemas/event.h"

namespace dwell::monitor {

/// Whether more comes after a batch. kFinished: the tracker was told to finish.
enum class BatchEnd { kGoesOn, kFinished };

/// What the tracker made ▶ what may be kept of it, and the histogram samples that it yields ▶ batches.
///
/// A visit in scope goes into the batch with its URL cut; out of scope only its attention counts, in the
/// day's coverage, and a search only with its results pages in scope. A visit's samples are in the batch in
/// which it first comes as ended; what only its finality tells (dwell, pogo-stick, the time to the first
/// click) in the batch in which it is final. A session and a trajectory count when they are over and none of
/// their visits is open. Every sample counts once, however often the tracker amends a row, on the local day
/// on which the visit, session or trajectory began, in the group "all" and, for visits, in each page group
/// whose patterns match the URL as it is kept.
///
/// Where the settings keep only counts (Level::kHistograms), a batch has no rows but the checkpoints of open
/// visits, which name no page (monitor/record/checkpoint.h).
///
/// Pure: the times come in. Threads: one, the tracker's.
class Recorder {
 public:
  /// `key`: of keyed hashes, where the settings ask for them. `wallAtZero` and `offset` as the tracker's.
  Recorder(const Settings& settings, const HashKey& key, WallTime wallAtZero, UtcOffset offset);
  // Not movable: parts of it hold references to its scope.
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;

  void setClock(WallTime wallAtZero, UtcOffset offset);

  /// Each event that the tracker handles, in its order: for marks and the samples of events.
  void handle(const schemas::Event& event);

  /// What an earlier run left open. It is in scope already, and its attention was counted by that run; its
  /// samples were not.
  void addLeftOpen(LeftOpen left);

  /// What earlier runs have recorded; without it every URL is new.
  void setHistory(FindPageHistory find) { pages_ = PageHistories(std::move(find)); }
  /// Keeps the histories there from now on; nothing has been recorded yet.
  void keepHistoryIn(std::unique_ptr<PageMemory> memory) { pages_ = PageHistories({}, std::move(memory)); }

  /// What dwell-upload did since the last call.
  void addUploads(const std::vector<UploadAttempt>& attempts);

  /// A sample of the process itself, at `time`. On the way of every event, so without a search for the
  /// counters.
  void sample(schemas::HistogramId id, std::int64_t value, MonoTime time) { allPagesAt(time).add(id, value); }

  /// Adds to what the agent itself says of coverage; attention is counted here.
  void addCoverage(const schemas::CoverageDay& delta);

  /// All losses since the start, by cause ("tracker.after_end"): what is new since the last call goes into
  /// the next batch and into Agent.Losses.
  void noteLosses(const std::map<std::string, std::int64_t>& totals, WallTime time);

  /// Everything since the last batch. `output` and `open`: the tracker's take() and, after it, openVisits().
  Batch batch(TrackerOutput output, std::vector<schemas::Visit> open, WallTime now,
              BatchEnd end = BatchEnd::kGoesOn);

 private:
  /// An ended visit that is not final: what finality will need.
  struct Waiting {
    schemas::Visit visit;
    bool inScope = false;
  };

  std::int32_t dayOf(WallTime time) const { return localDay(time, offset_); }
  /// What of its attention no batch has yet, into `day`.
  void countAttention(const schemas::Visit& visit, bool inScope, schemas::CoverageDay& day);
  /// By SERP visit that is not final, the start of the first click from it.
  using FirstClicks = std::unordered_map<std::int64_t, WallTime>;
  void noteClick(const schemas::Visit& visit, FirstClicks& first) const;
  std::optional<WallTime> takeFirstClick(std::int64_t serpVisit);
  void addEnded(schemas::Visit visit, schemas::CoverageDay& coverage, Batch& batch);
  void addFinal(std::int64_t id, Batch& batch);
  void addOpen(std::vector<schemas::Visit> open, schemas::CoverageDay& coverage, Batch& batch);
  void addLinks(const std::vector<schemas::VisitLinks>& links, Batch& batch) const;
  void addTrajectories(TrackerOutput& output, Batch& batch);
  void sampleOver(WallTime now, BatchEnd end, Batch& batch);
  SampleSink sinkOf(std::int32_t day);
  /// Its samples are still to come, or are here.
  void noteDue(SampledRow row, Batch& batch);
  void noteMade(SampledRow row, Batch& batch);
  /// The counters of all pages on the local day of `time`. Valid until the next batch.
  CounterSet& allPagesAt(MonoTime time) {
    if (static_cast<std::uint64_t>(toMs(time - midnight_)) >= kDayMs) [[unlikely]]
      findDay(time);
    return *today_;
  }
  void findDay(MonoTime time);
  /// In scope. The words of a search on a page out of scope are left out whatever the settings.
  schemas::Visit kept(schemas::Visit visit) const;
  void markScope(const schemas::Visit& visit);
  bool wasInScope(std::int64_t visit) const;

  const Millis idleThreshold_;
  const Millis sessionPause_;
  const bool countsOnly_;
  const Scope scope_;
  const VisitGroups groups_;
  WallTime wallAtZero_;
  UtcOffset offset_;
  EventSamples events_;
  PageHistories pages_{{}};
  Counters counters_;
  static constexpr std::uint64_t kDayMs = 86'400'000;
  static constexpr MonoTime kNoDay{Millis::max() / 2};  // far from any, and differences stay in range
  MonoTime midnight_ = kNoDay;                          ///< the local one before the latest sample()
  CounterSet* today_ = nullptr;                         ///< valid with midnight_
  std::unordered_map<std::int64_t, Waiting> waiting_;   ///< by visit
  std::unordered_map<std::int64_t, std::int64_t> countedAttention_;  ///< of open visits, in coverage so far
  FirstClicks firstClicks_, openClicks_;  ///< of ended visits; of those open at this batch
  std::unordered_set<std::int64_t> openSessions_, openVisits_;  ///< of the open visits
  std::map<std::int64_t, schemas::Session> sessions_;           ///< not yet sampled
  std::map<std::int64_t, schemas::Trajectory> trajectories_;    ///< ended, not yet sampled
  std::unordered_set<std::int64_t> sampledSessions_, sampledTrajectories_;
  std::set<SampledRow> due_;      ///< as the store was told
  std::vector<bool> outOfScope_;  ///< by visit number from firstSeen_
  std::int64_t firstSeen_ = 0;

  Batch pending_;  ///< marks, coverage, losses and left-open rows of the next batch
  std::map<std::string, std::int64_t> losses_;
};

}  // namespace dwell::monitor
