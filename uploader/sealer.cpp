#include "uploader/sealer.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "base/digest.h"
#include "uploader/outbox.h"

namespace dwell::uploader {
namespace {

/// The agent writes each 10 s for some ms, and sealing takes some tenths of a second: twice in a row is rare.
constexpr int kTries = 3;
/// Under the write lock: some tens of ms.
constexpr std::size_t kRowsUnderLock = 500;

/// The first report that fits. Of a query for one row whatever there is.
std::optional<std::pair<monitor::UnreportedRows, PackedReport>> packNext(SQLite::Database& database,
                                                                         const ReportFrame& frame,
                                                                         WallTime now,
                                                                         const SealLimits& limits) {
  const Outbox outbox(database);
  const WallTime periodStart =
      std::max(frame.consent.accepted, outbox.lastPeriodEnd(frame.client).value_or(frame.consent.accepted));
  auto query = unreportedFor(frame, now, limits.rows);
  query.bytes = limits.jsonBytes / 2;
  for (;;) {
    monitor::UnreportedRows rows = monitor::readUnreported(database, query);
    if (!rows.worthReporting()) return std::nullopt;
    PackedReport packed =
        packReport(buildReport(frame, rows, newUuid(), outbox.nextSequence(frame.client), periodStart, now));
    if (query.limit <= 1 ||
        (packed.jsonBytes <= limits.jsonBytes && packed.body.size() <= limits.packedBytes)) {
      return std::pair(std::move(rows), std::move(packed));
    }
    query.limit /= 2;
    query.links /= 2;
  }
}

bool sealIn(SQLite::TransactionBehavior behavior, SQLite::Database& database, const ReportFrame& frame,
            WallTime now, const SealLimits& limits) {
  SQLite::Transaction transaction(database, behavior);
  const auto next = packNext(database, frame, now, limits);
  if (!next) return false;
  Outbox(database).put(next->second, now);
  monitor::takeUnreported(database, next->first);
  transaction.commit();
  return true;
}

}  // namespace

bool seal(SQLite::Database& database, const ReportFrame& frame, WallTime now, SealLimits limits) {
  for (int i = 0; i < kTries; ++i) {
    try {
      return sealIn(SQLite::TransactionBehavior::DEFERRED, database, frame, now, limits);
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_BUSY) throw;  // SQLITE_BUSY_SNAPSHOT is one of its kinds
    }
  }
  limits.rows = std::min(limits.rows, kRowsUnderLock);
  return sealIn(SQLite::TransactionBehavior::IMMEDIATE, database, frame, now, limits);
}

}  // namespace dwell::uploader
