#include "monitor/store/upload_rows.h"

#include "base/statement.h"

namespace dwell::monitor {

std::vector<SealedReport> readReports(const SQLite::Database& database) {
  SQLite::Statement row(
      database,
      "SELECT id, client, sequence, state, sealed_ms, period_start_ms, period_end_ms, visits, size, sha256, "
      "readable, attempts, settled_ms, received_ms, reason, last_attempt_ms, last_status, last_outcome, "
      "last_detail FROM outbox_v1 ORDER BY sealed_ms DESC, sequence DESC");
  std::vector<SealedReport> reports;
  while (row.executeStep()) {
    SealedReport& report = reports.emplace_back();
    report.id = row.getColumn(0).getString();
    report.client = row.getColumn(1).getString();
    report.sequence = row.getColumn(2).getInt64();
    report.state = row.getColumn(3).getString();
    report.sealed = wallTime(row.getColumn(4).getInt64());
    report.periodStart = wallTime(row.getColumn(5).getInt64());
    report.periodEnd = wallTime(row.getColumn(6).getInt64());
    report.visits = row.getColumn(7).getInt64();
    report.size = row.getColumn(8).getInt64();
    report.sha256 = row.getColumn(9).getString();
    report.readable = row.getColumn(10).getInt64() != 0;
    report.attempts = row.getColumn(11).getInt64();
    report.settled = optionalTime(row.getColumn(12));
    report.received = optionalTime(row.getColumn(13));
    report.reason = optionalText(row.getColumn(14)).value_or("");
    if (const auto time = optionalTime(row.getColumn(15))) {
      report.lastAttempt =
          SealedReport::Attempt{*time, optionalInt(row.getColumn(16)), row.getColumn(17).getString(),
                                row.getColumn(18).getString()};
    }
  }
  return reports;
}

std::vector<AuditEntry> readAudit(const SQLite::Database& database) {
  SQLite::Statement row(
      database,
      "SELECT time_ms, report, sequence, size, sha256, collector, outcome, status, net_error, "
      "detail, received_ms, receipt FROM upload_attempt_v1 ORDER BY id");
  std::vector<AuditEntry> entries;
  while (row.executeStep()) {
    AuditEntry& entry = entries.emplace_back();
    entry.time = wallTime(row.getColumn(0).getInt64());
    entry.report = row.getColumn(1).getString();
    entry.sequence = row.getColumn(2).getInt64();
    entry.size = row.getColumn(3).getInt64();
    entry.sha256 = row.getColumn(4).getString();
    entry.collector = optionalText(row.getColumn(5));
    entry.outcome = row.getColumn(6).getString();
    entry.status = optionalInt(row.getColumn(7));
    entry.netError = optionalInt(row.getColumn(8));
    entry.detail = row.getColumn(9).getString();
    entry.received = optionalTime(row.getColumn(10));
    entry.receipt = optionalText(row.getColumn(11));
  }
  return entries;
}

UploadState readUploadState(const SQLite::Database& database) {
  SQLite::Statement row(
      database,
      "SELECT next_attempt_ms, failures, last_success_ms, "
      "CASE WHEN blocked_ms >= coalesce((SELECT enrolled_ms FROM enrolment), 0) THEN blocked END "
      "FROM upload_state");
  row.executeStep();
  return {optionalTime(row.getColumn(0)), row.getColumn(1).getInt64(), optionalTime(row.getColumn(2)),
          optionalText(row.getColumn(3)).value_or("")};
}

}  // namespace dwell::monitor
