#include "uploader/outbox.h"

#include <SQLiteCpp/Transaction.h>

#include <utility>

#include "base/digest.h"
#include "base/gzip.h"
#include "base/gzip_small.h"
#include "base/statement.h"
#include "schemas/report_codec.h"

namespace dwell::uploader {
namespace {

/// Delivered reports can be read byte for byte for so long (design section 8).
constexpr Millis kAuditBytes = std::chrono::days(31);

SQLite::Transaction writing(SQLite::Database& database) {
  return SQLite::Transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
}

const std::string kSelectWaiting =
    "SELECT id, sequence, visits, sha256, body FROM report WHERE state = 'waiting'";

std::optional<WaitingReport> waitingReport(SQLite::Statement& row) {
  if (!row.executeStep()) return std::nullopt;
  return WaitingReport{row.getColumn(0).getString(), row.getColumn(1).getInt64(), row.getColumn(2).getInt64(),
                       row.getColumn(3).getString(), row.getColumn(4).getString()};
}

/// Our own reports are far below; it only bounds what a damaged store could make of us.
constexpr std::size_t kReportBytes = std::size_t{512} << 20;

}  // namespace

PackedReport packReport(const schemas::Report& report) {
  const std::string json = schemas::encodeReport(report);
  return {report.id,        report.client,        report.sequence, report.periodStart,
          report.periodEnd, report.visits.size(), json.size(),     gzipPackSmall(json)};
}

Expected<schemas::Report> unpackReport(const std::string& body) {
  const auto json = gzipUnpack(body, kReportBytes);
  return json ? schemas::decodeReport(*json) : tl::unexpected<Error>(json.error());
}

void Outbox::put(const PackedReport& report, WallTime now) {
  SQLite::Statement insert(
      database_,
      "INSERT INTO report (id, client, sequence, state, sealed_ms, period_start_ms, "
      "period_end_ms, visits, size, sha256, body) VALUES (?, ?, ?, 'waiting', ?, ?, ?, ?, ?, ?, ?)");
  bound(insert, report.id, report.client, report.sequence, now, report.periodStart, report.periodEnd,
        report.visits, report.body.size(), sha256Hex(report.body));
  insert.bind(10, report.body.data(), static_cast<int>(report.body.size()));
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
  SQLite::Statement row(database_, kSelectWaiting + " ORDER BY sequence LIMIT 1");
  return waitingReport(row);
}

std::optional<WaitingReport> Outbox::find(const std::string& id) const {
  SQLite::Statement row(database_, kSelectWaiting + " AND id = ?");
  return waitingReport(bound(row, id));
}

void Outbox::delivered(const std::string& id, const Receipt& receipt, const Attempt& attempt) {
  auto transaction = writing(database_);
  settle(id, "delivered", receipt, std::nullopt, attempt);
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
    put(packReport(part), attempt.time);
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

void Outbox::exported(const std::string& id, const Attempt& attempt) {
  auto transaction = writing(database_);
  note(id, attempt);
  transaction.commit();
}

void Outbox::pause(WallTime until) {
  auto transaction = writing(database_);
  executeOnce(database_, "UPDATE upload_state SET next_attempt_ms = ?", until);
  transaction.commit();
}

Expected<void> Outbox::retry(const std::string& id) {
  auto transaction = writing(database_);
  SQLite::Statement row(database_, "SELECT state, coalesce(length(body), 0) FROM report WHERE id = ?");
  if (!bound(row, id).executeStep())
    return failure("no report has this id", id, "an id from dwellctl outbox");
  const std::string state = row.getColumn(0).getString();
  if (state != "quarantined" && state != "waiting") {
    return failure("this report is settled: " + state, id, "one that waits or is in quarantine");
  }
  if (row.getColumn(1).getInt64() == 0) {
    return failure("this report's bytes are gone", id, "one whose bytes are kept");
  }
  row.reset();
  executeOnce(database_,
              "UPDATE report SET state = 'waiting', settled_ms = NULL, received_ms = NULL, reason = NULL "
              "WHERE id = ?",
              id);
  executeOnce(database_, "UPDATE upload_state SET next_attempt_ms = NULL");
  transaction.commit();
  return {};
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

void Outbox::keepWithin(const OutboxLimits& limits, WallTime now) {
  const std::optional<WallTime> oldest = limits.age ? std::optional(now - *limits.age) : std::nullopt;
  const auto kept = [&] {
    SQLite::Statement row(database_, "SELECT coalesce(sum(length(body)), 0) FROM report");
    row.executeStep();
    return row.getColumn(0).getInt64();
  };
  SQLite::Statement expired(database_, "SELECT 1 FROM report WHERE state = 'waiting' AND sealed_ms < ?");
  if (kept() <= limits.bytes && (!oldest || !bound(expired, *oldest).executeStep())) return;
  expired.tryReset();

  auto transaction = writing(database_);
  if (oldest) {
    SQLite::Statement old(database_, "SELECT id FROM report WHERE state = 'waiting' AND sealed_ms < ?");
    std::vector<std::string> ids;
    for (bound(old, *oldest); old.executeStep();) ids.push_back(old.getColumn(0).getString());
    for (const std::string& id : ids) drop(id, "outbox.expired", now);
  }
  std::int64_t bytes = kept();
  SQLite::Statement next(database_,
                         "SELECT id, length(body) FROM report WHERE length(body) > 0 "
                         "ORDER BY CASE state WHEN 'delivered' THEN 1 WHEN 'waiting' THEN 3 ELSE 2 END, "
                         "coalesce(settled_ms, 0), sequence LIMIT 1");
  while (bytes > limits.bytes && next.executeStep()) {
    const std::string id = next.getColumn(0).getString();
    bytes -= next.getColumn(1).getInt64();
    next.reset();
    drop(id, "outbox.full", now);
  }
  next.tryReset();
  transaction.commit();
}

/// The row stays, with id, time and digest.
void Outbox::drop(const std::string& id, const std::string& cause, WallTime now) {
  SQLite::Statement lose(database_,
                         "INSERT INTO loss (cause, count) VALUES (?1, ?2) "
                         "ON CONFLICT (cause) DO UPDATE SET count = count + excluded.count");
  SQLite::Statement tell(database_,
                         "INSERT INTO unreported_loss (cause, count) VALUES (?1, ?2) "
                         "ON CONFLICT (cause) DO UPDATE SET count = count + excluded.count");
  if (const auto report = find(id)) {
    for (SQLite::Statement* statement : {&lose, &tell}) {
      execute(*statement, cause, 1);
      execute(*statement, cause + ".visits", report->visits);
    }
    // What it told of earlier losses is to be told by another.
    if (const auto content = unpackReport(report->body)) {
      for (const auto& [told, count] : content->losses) execute(tell, told, count);
    }
  }
  executeOnce(
      database_,
      "UPDATE report SET state = 'quarantined', settled_ms = ?, "
      "reason = 'dropped: the outbox was full or the report too old' WHERE id = ? AND state = 'waiting'",
      now, id);
  executeOnce(database_,
              "UPDATE report SET body = CASE state WHEN 'delivered' THEN NULL ELSE x'' END WHERE id = ?", id);
}

void Outbox::settle(const std::string& id, const char* state, const std::optional<Receipt>& receipt,
                    const std::optional<std::string>& reason, const Attempt& attempt) {
  note(id, attempt);
  const auto received = receipt ? std::optional(receipt->received) : std::nullopt;
  const auto text = receipt ? std::optional(receipt->text) : std::nullopt;
  executeOnce(
      database_,
      "UPDATE report SET state = ?, settled_ms = ?, received_ms = ?, receipt = ?, reason = ? WHERE id = ?",
      state, attempt.time, received, text, reason, id);
}

void Outbox::note(const std::string& id, const Attempt& attempt) {
  executeOnce(database_,
              "INSERT INTO upload_attempt (time_ms, report, status, net_error, outcome, detail, collector) "
              "VALUES (?, ?, ?, ?, ?, ?, ?)",
              attempt.time, id, attempt.status, attempt.netError, attempt.outcome, attempt.detail,
              attempt.collector);
  executeOnce(database_, "UPDATE report SET attempts = attempts + 1 WHERE id = ?", id);
}

/// The collector answers and takes our token, whatever it thought of the report.
void Outbox::healthy() {
  executeOnce(
      database_,
      "UPDATE upload_state SET next_attempt_ms = NULL, failures = 0, blocked = NULL, blocked_ms = NULL");
}

}  // namespace dwell::uploader
