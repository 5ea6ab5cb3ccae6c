#pragma once

#include <cstdint>
#include <optional>

#include "base/time.h"

namespace dwell::monitor {

/// One sending of a report, as dwell-upload noted it: what the agent makes histogram samples of.
struct UploadAttempt {
  std::int64_t id = 0;  ///< ascending, never used twice
  WallTime time;
  std::optional<std::int64_t> status;    ///< HTTP; none: no answer came
  std::int64_t netError = 0;             ///< libcurl's code for why none came; 0: one came
  std::int64_t bytes = 0;                ///< of the report, gzip
  std::optional<std::int64_t> attempts;  ///< that its report needed in all, if this one settled it
};

}  // namespace dwell::monitor
