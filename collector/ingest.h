#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/time.h"
#include "collector/enrolment.h"
#include "collector/limits.h"
#include "collector/message.h"
#include "collector/spool.h"
#include "schemas/report.h"

namespace dwell::collector {

using Clock = std::function<WallTime()>;

/// What a report must fulfil beyond its format, given whose token it came with.
/// Errors (HTTP 422): another experiment, measurements from before the consent.
Expected<void> checkReport(const schemas::Report& report, const Sender& sender);

/// The answer to whoever sends for a client whose data was erased at its request.
Response erasedClient();

/// A report's way in: admission ▶ inflate ▶ decode ▶ check ▶ spool. What is invalid is answered with the JSON
/// pointer of the fault and kept in quarantine.
/// Threads: any.
class Ingest {
 public:
  /// `spool` and `writer` must outlive this.
  Ingest(Spool& spool, const Writer& writer, const Limits& limits, Clock clock)
      : spool_(spool), writer_(writer), limits_(limits), clock_(std::move(clock)) {}

  /// From the header alone: too large (unless it is known already), of another type, no room.
  Admission admit(const Request& request, const Sender& sender);

 private:
  struct Arrival;

  std::optional<Receipt> knownReport(const Request& request, const Sender& sender);
  void take(const std::shared_ptr<const Arrival>& arrival);
  void refuse(const Arrival& arrival, int status, const Error& reason);

  Spool& spool_;
  const Writer& writer_;
  const Limits limits_;
  const Clock clock_;
};

}  // namespace dwell::collector
