#pragma once

#include <cstdint>
#include <optional>

#include "monitor/tracker/live_visit.h"

namespace dwell::monitor {

/// Attended stretches of one visit at a time: what they add to its age buckets and gaps (5.2, 5.3).
/// Time is put into the buckets when something changes, by arithmetic: an input costs the same however long
/// ago the last one was, and looking in between changes nothing.
/// Threads: any one.
class Attention {
 public:
  /// From now on `visit` is attended (none: nothing is): another than before, whose stretch ends here.
  void attend(LiveVisit* visit, MonoTime now);

  /// An input on the machine. One that must not be counted (a key in a password field) resets the age like
  /// any other, but neither begins nor ends a gap.
  enum class Gaps { kCount, kLeaveOut };
  void input(MonoTime now, Gaps gaps);

  /// Puts the attended time so far into the buckets: before the tab's `audible` changes, and before reading.
  void settle(MonoTime now);

  /// What is attended, if anything.
  LiveVisit* visit() const { return visit_; }

  /// The start of the stretch in progress.
  MonoTime stretchStart() const { return stretchStart_; }

  std::uint64_t inputs() const { return inputs_; }
  bool inputsObserved() const { return inputs_ > 0; }

 private:
  LiveVisit* visit_ = nullptr;
  MonoTime stretchStart_;
  MonoTime settled_;                  ///< the buckets hold what was attended before this
  std::optional<MonoTime> gapStart_;  ///< the last input that counts, if in this stretch
  MonoTime lastInput_;                ///< valid once there was one
  std::uint64_t inputs_ = 0;
};

/// The bucket that holds an age.
std::size_t ageBucket(std::int64_t ageMs);

/// Adds the milliseconds whose ages are fromMs, fromMs + 1, …, toMs − 1.
void addAges(schemas::AgeBuckets& buckets, std::int64_t fromMs, std::int64_t toMs);

}  // namespace dwell::monitor
