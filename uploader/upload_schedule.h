#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace dwell::uploader {

/// How often reports are sent when all goes well (settings).
struct UploadRhythm {
  Millis firstAfter = std::chrono::seconds(60);
  Millis interval = std::chrono::minutes(30);
};

/// When dwell-upload is to be run: first 60 s after the start, then 30 min after each run; not at all while
/// nothing happened; after a failure when the retry is due.
/// Pure: the host passes the time in and runs dwell-upload itself. Threads: any one.
/// Source: Chromium's metrics_service (facts: first rotation 60 s, interval 30 min, no log when idle).
class UploadSchedule {
 public:
  UploadSchedule(UploadRhythm rhythm, MonoTime start);

  /// When to run next; none: when something has happened.
  std::optional<MonoTime> due() const;
  /// Something was recorded that is worth a report.
  void happened();
  /// A run has ended. `retryIn`: how long until its failure may be tried again (UploadState::nextAttempt in
  /// the store), by a wall clock that may have been set meanwhile: not before 30 s, and not later than any
  /// retry is set; none: it left nothing behind.
  void ran(MonoTime now, std::optional<Millis> retryIn);

 private:
  UploadRhythm rhythm_;
  MonoTime next_;
  bool something_ = true;  ///< at the start an earlier life may have left something
};

/// How long to wait after the `failures`-th failure in a row (from 1): what the collector said in
/// Retry-After; else 5 min, doubled each time, at most 24 h, and up to a quarter more by `random` in [0, 1),
/// so that machines that failed together do not come back together.
Millis retryDelay(std::int64_t failures, std::optional<Millis> retryAfter, double random);

/// Whether a retry set for `nextAttempt` is due. One further away than any delay was set before the clock was
/// put back: it is due.
bool retryIsDue(std::optional<WallTime> nextAttempt, WallTime now);

}  // namespace dwell::uploader
