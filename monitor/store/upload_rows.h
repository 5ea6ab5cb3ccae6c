#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"

/// What the store tells of sealed reports and of sending them.
namespace dwell::monitor {

/// A sealed report without its bytes.
struct SealedReport {
  std::string id, client;
  std::int64_t sequence = 0;
  std::string state;  ///< waiting · delivered · quarantined · replaced
  WallTime sealed, periodStart, periodEnd;
  std::int64_t visits = 0;
  std::int64_t size = 0;  ///< gzip bytes
  std::string sha256;     ///< of the gzip bytes
  bool readable = true;   ///< its bytes are still here
  std::int64_t attempts = 0;
  std::optional<WallTime> settled;   ///< when it left the outbox
  std::optional<WallTime> received;  ///< the collector's clock
  std::string reason;                ///< of quarantine or replacement
  struct Attempt {
    WallTime time;
    std::optional<std::int64_t> status;  ///< HTTP; none: no answer came
    std::string outcome, detail;
  };
  std::optional<Attempt> lastAttempt;
};

/// When to send next, and what stands in the way.
struct UploadState {
  std::optional<WallTime> nextAttempt;
  std::int64_t failures = 0;  ///< in a row
  std::optional<WallTime> lastSuccess;
  std::string blocked;  ///< why nothing is sent until the machine is enrolled anew; empty: not blocked
};

/// A line of the audit.
struct AuditEntry {
  WallTime time;
  std::string report;  ///< id
  std::int64_t sequence = 0;
  std::int64_t size = 0;  ///< gzip bytes
  std::string sha256;
  std::optional<std::string> collector;  ///< origin; none: a receipt in a file
  std::string outcome;
  std::optional<std::int64_t> status, netError;
  std::string detail;
  std::optional<WallTime> received;    ///< of a delivery: the collector's clock
  std::optional<std::string> receipt;  ///< as it came
};

/// In order of time.
std::vector<AuditEntry> readAudit(const SQLite::Database& database);
/// Newest first.
std::vector<SealedReport> readReports(const SQLite::Database& database);
UploadState readUploadState(const SQLite::Database& database);

}  // namespace dwell::monitor
