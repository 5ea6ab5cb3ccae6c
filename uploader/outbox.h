#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "monitor/store/upload_rows.h"
#include "schemas/report.h"

namespace dwell::uploader {

/// A sealed report that waits to be sent.
struct WaitingReport {
  std::string id;
  std::int64_t sequence = 0;
  std::int64_t visits = 0;
  std::string sha256;  ///< of `body`
  std::string body;    ///< gzip
};

/// What came of one attempt to send a report.
struct Attempt {
  WallTime time;
  std::optional<int> status;    ///< HTTP; none: no answer came
  std::optional<int> netError;  ///< libcurl's code for why; none: an answer came
  std::string outcome;          ///< delivered · quarantined · split · blocked · retry · exported
  std::string detail;           ///< for the person who looks at it
  std::optional<std::string> collector = std::nullopt;  ///< origin; none: a receipt that came in a file
};

/// The collector's word that it has a report.
struct Receipt {
  WallTime received;  ///< the collector's clock
  std::string text;   ///< as it came
};

/// A report as it goes into the outbox.
struct PackedReport {
  std::string id, client;
  std::int64_t sequence = 0;
  WallTime periodStart, periodEnd;
  std::size_t visits = 0;
  std::size_t jsonBytes = 0;
  std::string body;  ///< gzip
};
PackedReport packReport(const schemas::Report& report);
/// Errors: not gzip, or no report.
Expected<schemas::Report> unpackReport(const std::string& body);

/// What the outbox may hold (settings).
struct OutboxLimits {
  std::int64_t bytes = 0;     ///< of all reports whose bytes are kept
  std::optional<Millis> age;  ///< of those that wait; none: they wait for ever
};

/// The sealed reports: outbox, quarantine and audit are states of the same rows, so that none gets lost on
/// the way from one to the other. A report's bytes never change. Threads: one at a time; must not outlive the
/// database. Errors: throws SQLite::Exception.
class Outbox {
 public:
  explicit Outbox(SQLite::Database& database) : database_(database) {}

  /// In a transaction of the caller's.
  void put(const PackedReport& report, WallTime now);
  /// The next number of `client`.
  std::int64_t nextSequence(const std::string& client) const;
  /// When the last report of `client` ended.
  std::optional<WallTime> lastPeriodEnd(const std::string& client) const;

  /// The waiting report with the lowest number.
  std::optional<WaitingReport> next() const;
  /// The waiting report of this id.
  std::optional<WaitingReport> find(const std::string& id) const;

  // Each of the following is one transaction, written after every attempt.

  /// The bytes stay for a month.
  void delivered(const std::string& id, const Receipt& receipt, const Attempt& attempt);
  void quarantine(const std::string& id, const std::string& reason, const Attempt& attempt);
  /// 413: `parts` go on instead; the first gets the old one's number, the second a new one; ids are new.
  void replace(const std::string& id, std::vector<schemas::Report> parts, const Attempt& attempt);
  /// Nothing more is sent before `nextAttempt`.
  void retryAt(WallTime nextAttempt, const std::string& id, const Attempt& attempt);
  /// Nothing more is sent until the machine is enrolled anew.
  void block(const std::string& reason, const std::string& id, const Attempt& attempt);

  /// It goes out as a file: whether it arrives is not known before a receipt comes.
  void exported(const std::string& id, const Attempt& attempt);

  /// Nothing more is sent before `until`, though nothing failed.
  void pause(WallTime until);
  /// A quarantined report waits again, and nothing keeps it from being sent at once.
  /// Errors: no such report, it is not in quarantine, its bytes are gone.
  Expected<void> retry(const std::string& id);

  monitor::UploadState state() const;

  /// Drops bytes until the limits hold: first of what was delivered, then of what was refused or replaced,
  /// then of what waits, the oldest first. A report that waited stays in quarantine without its bytes, and is
  /// counted as a loss (`outbox.full` or `outbox.expired`, and its visits), which the next report tells with
  /// the losses that it told itself.
  void keepWithin(const OutboxLimits& limits, WallTime now);

  /// Drops bytes and attempts that are older than the audit keeps them.
  void forgetOld(WallTime now);

 private:
  void settle(const std::string& id, const char* state, const std::optional<Receipt>& receipt,
              const std::optional<std::string>& reason, const Attempt& attempt);
  void drop(const std::string& id, const std::string& cause, WallTime now);
  void note(const std::string& id, const Attempt& attempt);
  void healthy();

  SQLite::Database& database_;
};

}  // namespace dwell::uploader
