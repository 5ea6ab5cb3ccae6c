#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/paths.h"
#include "base/settings.h"
#include "base/time.h"
#include "uploader/transport.h"
#include "uploader/uploader.h"

namespace dwell::app {

/// Exit codes of dwell-upload; `--help` lists them.
enum class UploadExit : int {
  kDone = 0,         ///< all that waited was delivered or refused for good, or there was nothing
  kBroken = 1,       ///< the store or the disk failed, or the store is of a newer version
  kUsage = 2,        ///< the command line or the configuration is wrong
  kLater = 3,        ///< a report waits for its retry
  kNeedsPerson = 4,  ///< no consent, not enrolled, or refused by the collector
  kStopped = 5       ///< ended by a signal
};

struct UploadSummary {
  UploadExit exit = UploadExit::kDone;
  std::string outcome;  ///< done · later · no_consent · not_enrolled · blocked · stopped · busy
  std::string message;  ///< for people, with the next step
  std::int64_t sealed = 0, delivered = 0, quarantined = 0, split = 0;
  std::int64_t erased = 0;  ///< requests for an erasure that were acknowledged
  std::optional<WallTime> nextAttempt;
  std::optional<std::int64_t> settingsRevision;  ///< of newer settings of the experiment that were fetched
};

struct UploadRun {
  Paths paths;
  Settings settings;
  std::string machine;  ///< machineHash()
  bool now = false;     ///< --now
  std::function<WallTime()> clock;
  std::function<double()> chance;  ///< in [0, 1)
  const std::atomic<bool>* stop = nullptr;
};

/// Seals and sends until nothing is left to do now. Errors: the store can't be opened; throws when it breaks.
Expected<UploadSummary> runUpload(const UploadRun& run, uploader::Transport& transport);

/// One line for people; one JSON object for programs.
std::string summaryText(const UploadSummary& summary);
std::string summaryJson(const UploadSummary& summary);

}  // namespace dwell::app
