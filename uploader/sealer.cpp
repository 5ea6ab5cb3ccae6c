#include "uploader/sealer.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "base/statement.h"
#include "uploader/outbox.h"

namespace dwell::uploader {
namespace {

bool sealIn(SQLite::TransactionBehavior behavior, SQLite::Database& database, const ReportFrame& frame,
            WallTime now, std::size_t limit) {
  SQLite::Transaction transaction(database, behavior);
  monitor::UnreportedRows rows = monitor::readUnreported(database, {now, frame.settings.sessionPause, limit});
  if (!rows.worthReporting()) return false;
  Outbox outbox(database);
  const WallTime periodStart =
      std::max(frame.consent.accepted, outbox.lastPeriodEnd(frame.client).value_or(frame.consent.accepted));
  const schemas::Report report =
      buildReport(frame, rows, newUuid(), outbox.nextSequence(frame.client), periodStart, now);
  outbox.put(report, now);
  monitor::takeUnreported(database, rows);
  transaction.commit();
  return true;
}

}  // namespace

bool seal(SQLite::Database& database, const ReportFrame& frame, WallTime now, std::size_t limit) {
  try {
    return sealIn(SQLite::TransactionBehavior::DEFERRED, database, frame, now, limit);
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() != SQLITE_BUSY) throw;  // SQLITE_BUSY_SNAPSHOT is one of its kinds
  }
  return sealIn(SQLite::TransactionBehavior::IMMEDIATE, database, frame, now, limit);
}

}  // namespace dwell::uploader
