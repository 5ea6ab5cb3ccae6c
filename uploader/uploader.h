#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>

#include "base/time.h"
#include "uploader/outbox.h"
#include "uploader/report_builder.h"
#include "uploader/transport.h"

namespace dwell::uploader {

/// Where reports go. The token is for this origin only.
struct Destination {
  std::string origin;  ///< from collectorOrigin()
  std::string token;
};

enum class Step {
  kSealed,       ///< a report was put into the outbox
  kDelivered,    ///< a report arrived and its receipt is kept
  kQuarantined,  ///< a report was refused for good and is kept and shown
  kSplit,        ///< a report was too large and goes on as two
  kIdle,         ///< nothing waits and nothing happened
  kRetryLater,   ///< no answer or none that settles it; `nextAttempt` says when
  kWaiting,      ///< a retry is set for `nextAttempt`; nothing was done
  kBlocked,      ///< the collector refuses this machine until it is enrolled anew
  kStopped       ///< the program is ending
};

/// The last four and kIdle end a run; after the others another step may follow.
bool endsRun(Step step);

struct StepResult {
  Step step = Step::kIdle;
  std::string report;  ///< id of the report it was about; empty: none
  std::string detail;  ///< for people
  std::optional<WallTime> nextAttempt;
  std::optional<std::int64_t> revision;  ///< of the experiment's settings, if the collector answered
};

/// What the clock and chance say at a step, and whether a person asked for it (`dwell-upload --now`): then a
/// retry does not wait for its time.
struct StepContext {
  WallTime now;
  double random = 0;  ///< in [0, 1)
  bool askedFor = false;
};

/// Sends what waits, then seals what is new: a backlog goes first.
/// Threads: one at a time; must not outlive what it was given. Errors: throws SQLite::Exception.
class Uploader {
 public:
  Uploader(SQLite::Database& database, Transport& transport, Destination destination);

  /// One step. Its outcome is in the store before it returns.
  StepResult step(const ReportFrame& frame, const StepContext& context);
  /// Ends a run that has sent enough for once.
  StepResult pause(WallTime until);

 private:
  StepResult send(const WaitingReport& report, const StepContext& context);
  StepResult settle(const WaitingReport& report, const tl::expected<HttpAnswer, NoAnswer>& answer,
                    const StepContext& context);
  StepResult split(const WaitingReport& report, const Attempt& refused);

  SQLite::Database& database_;
  Transport& transport_;
  Destination destination_;
  Outbox outbox_;
};

}  // namespace dwell::uploader
