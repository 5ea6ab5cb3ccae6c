#include "uploader/outbox.h"

#include <SQLiteCpp/Transaction.h>

#include <utility>

#include "base/digest.h"
#include "base/gzip.h"
#include "base/statement.h"
#include "schemas/report_codec.h"

namespace dwell::uploader {
namespace {

/// Delivered reports can be read byte for byte for so long (design section 8).
constexpr Millis kAuditBytes = std::chrono::days(31);

SQLite::Transaction writing(SQLite::Database& database) {
  return SQLite::Transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
}

}  // namespace

void Outbox::put(const schemas::Report& report, WallTime now) {
  const std::string body = gzipPack(schemas::encodeReport(report));
  SQLite::Statement insert(
      database_,
      "INSERT INTO report (id, client, sequence, state, sealed_ms, period_start_ms, "
      "period_end_ms, visits, size, sha256, body) VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?)");
  bound(insert, report.id, report.client, report.sequence, now, report.periodStart, report.periodEnd,
        report.visits.size(), body.size(), sha256Hex(body));
  insert.bind(10, body.data(), static_cast<int>(body.size()));
  insert.exec();
}

std::int64_t Outbox::nextSequence(const std::string& client) const {
  SQLite::Statement row(database_, "SELECT coalesce(max(sequence), 0) + 1 FROM report WHERE client = ?");
  bound(row, client).executeStep();
  return row.getColumn(0).getInt64();
}

std::optional<WallTime> Outbox::lastPeriodEnd(const std::string& client) const {
  SQLite::Statement row(database_, "SELECT max(period_end_ms) FROM report WHERE client = ?");
  bound(row, client).executeStep();
  return optionalTime(row.getColumn(0));
}

std::optional<WaitingReport> Outbox::next() const {
  SQLite::Statement row(database_,
                        "SELECT id, sequence, visits, sha256, body FROM report WHERE state = 'waiting' "
                        "ORDER BY sequence LIMIT 1");
  if (!row.executeStep()) return std::nullopt;
  return WaitingReport{row.getColumn(0).getString(), row.getColumn(1).getInt64(), row.getColumn(2).getInt64(),
                       row.getColumn(3).getString(), row.getColumn(4).getString()};
}

void Outbox::delivered(const std::string& id, WallTime received, const Attempt& attempt) {
  auto transaction = writing(database_);
  settle(id, "delivered", received, std::nullopt, attempt);
  healthy();
  executeOnce(database_, "UPDATE upload_state SET last_success_ms = ?", attempt.time);
  transaction.commit();
}

void Outbox::quarantine(const std::string& id, const std::string& reason, const Attempt& attempt) {
  auto transaction = writing(database_);
  settle(id, "quarantined", std::nullopt, reason, attempt);
  healthy();
  transaction.commit();
}

void Outbox::replace(const std::string& id, std::vector<schemas::Report> parts, const Attempt& attempt) {
  auto transaction = writing(database_);
  settle(id, "replaced", std::nullopt, "too large; sealed again as two", attempt);
  bool isFirst = true;
  for (auto& part : parts) {
    part.id = newUuid();
    if (!isFirst) part.sequence = nextSequence(part.client);
    isFirst = false;
    put(part, attempt.time);
  }
  healthy();
  transaction.commit();
}

void Outbox::retryAt(WallTime nextAttempt, const std::string& id, const Attempt& attempt) {
  auto transaction = writing(database_);
  note(id, attempt);
  executeOnce(database_, "UPDATE upload_state SET next_attempt_ms = ?, failures = failures + 1", nextAttempt);
  transaction.commit();
}

void Outbox::block(const std::string& reason, const std::string& id, const Attempt& attempt) {
  auto transaction = writing(database_);
  note(id, attempt);
  executeOnce(database_, "UPDATE upload_state SET blocked = ?, blocked_ms = ?", reason, attempt.time);
  transaction.commit();
}

monitor::UploadState Outbox::state() const { return monitor::readUploadState(database_); }

void Outbox::forgetOld(WallTime now) {
  auto transaction = writing(database_);
  executeOnce(
      database_,
      "UPDATE report SET body = NULL WHERE state = 'delivered' AND body IS NOT NULL AND settled_ms < ?",
      now - kAuditBytes);
  executeOnce(database_, "DELETE FROM upload_attempt WHERE time_ms < ?", now - kAuditBytes);
  transaction.commit();
}

void Outbox::settle(const std::string& id, const char* state, const std::optional<WallTime>& received,
                    const std::optional<std::string>& reason, const Attempt& attempt) {
  note(id, attempt);
  executeOnce(database_,
              "UPDATE report SET state = ?, settled_ms = ?, received_ms = ?, reason = ? WHERE id = ?", state,
              attempt.time, received, reason, id);
}

void Outbox::note(const std::string& id, const Attempt& attempt) {
  executeOnce(database_,
              "INSERT INTO upload_attempt (time_ms, report, status, net_error, outcome, detail) "
              "VALUES (?, ?, ?, ?, ?, ?)",
              attempt.time, id, attempt.status, attempt.netError, attempt.outcome, attempt.detail);
  executeOnce(database_, "UPDATE report SET attempts = attempts + 1 WHERE id = ?", id);
}

/// The collector answers and takes our token, whatever it thought of the report.
void Outbox::healthy() {
  executeOnce(
      database_,
      "UPDATE upload_state SET next_attempt_ms = NULL, failures = 0, blocked = NULL, blocked_ms = NULL");
}

}  // namespace dwell::uploader
