#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "monitor/store/credentials.h"

/// Opting out of what was collected: one request for each client and collector, kept until it is
/// acknowledged, and then without what opened the way. Each is a file of its own (0600): dwellctl or the
/// window makes it, from then on dwell-upload alone writes it, and no erasing or re-enrolling on this machine
/// touches it.
namespace dwell::monitor {

struct ErasureRequest {
  std::string client;
  std::string collector;          ///< origin
  std::string token;              ///< empty once acknowledged
  std::optional<OwnRoots> roots;  ///< as the enrolment had them
  WallTime asked;
  std::int64_t failures = 0;  ///< in a row
  std::optional<WallTime> nextAttempt;
  std::string detail;  ///< what came of the last attempt, for people
  std::optional<WallTime> acknowledged;
  std::int64_t reports = 0, quarantined = 0;  ///< what the collector says it erased
};

/// Writes it, in place of an earlier state of the same. Throws std::system_error when the disk is broken.
void keepErasureRequest(const std::filesystem::path& folder, const ErasureRequest& request);

/// In order of asking. Errors: a file that others may read, or that is none of ours.
Expected<std::vector<ErasureRequest>> readErasureRequests(const std::filesystem::path& folder);

/// When the next of them is to be tried; none: nothing waits. One that was never tried is due at `now`.
std::optional<WallTime> nextErasureAttempt(const std::vector<ErasureRequest>& requests, WallTime now);

}  // namespace dwell::monitor
