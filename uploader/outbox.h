#pragma once

#include <SQLiteCpp/Database.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

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
  std::string outcome;          ///< delivered · quarantined · split · blocked · retry
  std::string detail;           ///< for the person who looks at it
};

/// The sealed reports: outbox, quarantine and audit are states of the same rows, so that none gets lost on
/// the way from one to the other. A report's bytes never change. Threads: one at a time; must not outlive the
/// database. Errors: throws SQLite::Exception.
class Outbox {
 public:
  explicit Outbox(SQLite::Database& database) : database_(database) {}

  /// Encodes, packs and puts; in a transaction of the caller's.
  void put(const schemas::Report& report, WallTime now);
  /// The next number of `client`.
  std::int64_t nextSequence(const std::string& client) const;
  /// When the last report of `client` ended.
  std::optional<WallTime> lastPeriodEnd(const std::string& client) const;

  /// The waiting report with the lowest number.
  std::optional<WaitingReport> next() const;

  // Each of the following is one transaction, written after every attempt.

  /// 200 or 201: `received` is the collector's time from its receipt. The bytes stay for a month.
  void delivered(const std::string& id, WallTime received, const Attempt& attempt);
  void quarantine(const std::string& id, const std::string& reason, const Attempt& attempt);
  /// 413: `parts` go on instead; the first gets the old one's number, the second a new one; ids are new.
  void replace(const std::string& id, std::vector<schemas::Report> parts, const Attempt& attempt);
  /// Nothing more is sent before `nextAttempt`.
  void retryAt(WallTime nextAttempt, const std::string& id, const Attempt& attempt);
  /// Nothing more is sent until the machine is enrolled anew.
  void block(const std::string& reason, const std::string& id, const Attempt& attempt);

  monitor::UploadState state() const;

  /// Drops bytes and attempts that are older than the audit keeps them.
  void forgetOld(WallTime now);

 private:
  void settle(const std::string& id, const char* state, const std::optional<WallTime>& received,
              const std::optional<std::string>& reason, const Attempt& attempt);
  void note(const std::string& id, const Attempt& attempt);
  void healthy();

  SQLite::Database& database_;
};

}  // namespace dwell::uploader
