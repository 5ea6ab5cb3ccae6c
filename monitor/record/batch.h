#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "schemas/report.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// A row of the store whose histogram samples do not come with it: an ended visit that is not final, a
/// session that is not over, an ended trajectory with an open step.
struct SampledRow {
  enum class Kind : std::uint8_t { kVisit, kSession, kTrajectory };
  Kind kind = Kind::kVisit;
  std::int64_t id = 0;
  friend auto operator<=>(const SampledRow&, const SampledRow&) = default;
};

/// What one flush writes, in one transaction: everything in it has passed scope and detail already.
/// A value: made on the event thread by the recorder, moved to the lane, written by the store.
struct Batch {
  WallTime time;                      ///< of the flush
  std::vector<schemas::Visit> ended;  ///< since the last batch
  std::vector<schemas::Visit>
      open;  ///< all open ones, as followed so far: they replace what the store had of them
  std::vector<schemas::VisitLinks> links;  ///< of visits of this batch or open in an earlier one, each once
  std::vector<std::int64_t> finals;        ///< numbers of ended visits that won't come again (5.10)
  std::vector<schemas::Session> sessions;
  std::vector<schemas::Trajectory> trajectories;  ///< one without steps: it was withdrawn
  std::vector<schemas::Search> searches;  ///< one without SERP visits: there is none of this number any more
  std::vector<schemas::ReportHistogram> histograms;  ///< deltas since the last batch
  /// Rows of this or an earlier batch whose samples are still to come, told once; and those whose samples are
  /// in this one. Between the two the store remembers them, so that a kill loses no sample.
  std::vector<SampledRow> samplesDue, samplesMade;
  std::vector<std::int64_t> forgotten;  ///< visits of which only a checkpoint was kept, and that have ended
  std::int64_t lastAttempt = 0;  ///< the last UploadAttempt with samples in here or before; 0: none in here
  std::vector<schemas::CoverageDay> coverage;  ///< deltas since the last batch
  std::vector<schemas::ReportMark> marks;
  std::map<std::string, std::int64_t> losses;  ///< deltas since the last batch

  bool empty() const {
    return ended.empty() && open.empty() && links.empty() && finals.empty() && sessions.empty() &&
           trajectories.empty() && searches.empty() && histograms.empty() && coverage.empty() &&
           marks.empty() && losses.empty() && samplesDue.empty() && samplesMade.empty() &&
           forgotten.empty() && lastAttempt == 0;
  }
};

/// Adds `next`, the batch that came after `first`, so that writing the one is writing both: what could not be
/// written does not pile up by batches.
void join(Batch& first, Batch next);
/// Drops the oldest beyond `most` of each kind of rows; gives how many were dropped. Counts stay.
std::int64_t keepNewest(Batch& batch, std::size_t most);
/// How many rows it would write.
std::int64_t rowsOf(const Batch& batch);

}  // namespace dwell::monitor
