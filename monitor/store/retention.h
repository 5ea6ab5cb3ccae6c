#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/error.h"
#include "base/time.h"

namespace dwell::monitor {

/// How long measurements are kept.
struct RetentionPolicy {
  std::int64_t days = 0;       ///< local days before today; 0: for ever
  std::int64_t megabytes = 0;  ///< of 1,000,000 bytes, of the store; 0: whatever it takes
  bool enrolled = false;       ///< what no report holds waits for one, unless the size forces it
  std::int32_t today = 0;      ///< local day
  UtcOffset offset{};          ///< local time of what does not keep its own
};

/// Removes what is too old, and what is too much, oldest days first: visits, daily sums, sessions,
/// trajectories, searches, marks, and the URLs and texts that nothing names any more. Histograms, coverage
/// and losses stay: they are counts without a page. A day goes as a whole: its daily sums are true until
/// then. What is too old is only looked for while the clock can be trusted (TrustedDay): a day far ahead of
/// the last one is waited out. Where a machine is enrolled, a day waits for the last of its rows to be
/// reported, and all later ones with it. Visits that went unreported because of the size are counted as the
/// loss "retention.unreported". References to removed rows stay: their numbers are never used again.
///
/// Has a connection of its own; the writer of the store must call Store::rowsWereRemoved() after each step.
/// Threads: one at a time. Errors: throws SQLite::Exception when disk or file is broken; what was removed
/// before stays so.
class Retention {
 public:
  static Expected<Retention> open(const std::filesystem::path& file, const RetentionPolicy& policy);
  ~Retention();
  Retention(Retention&&) noexcept;
  Retention& operator=(Retention&&) noexcept;

  /// Removes some hundred rows in a transaction of its own. Gives whether there is more to do.
  bool step();

 private:
  struct State;
  explicit Retention(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dwell::monitor
