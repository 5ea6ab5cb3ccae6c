#include "collector/spool.h"

#include <memory>

#include "collector/erasure.h"
#include "collector/limits.h"
#include "collector/sql.h"

namespace dwell::collector {
namespace {

std::optional<Receipt> receiptOf(SQLite::Database& database, const std::string& client,
                                 const std::string& id) {
  SQLite::Statement find(database,
                         "SELECT sha256, received_ms, length(body) FROM report WHERE client = ? AND id = ?");
  find.bind(1, client);
  find.bind(2, id);
  if (!find.executeStep()) return std::nullopt;
  return Receipt{id, digestOf(find.getColumn(0)), wallTime(find.getColumn(1).getInt64()),
                 static_cast<std::uint64_t>(find.getColumn(2).getInt64())};
}

/// False when the token sends for another client already.
bool bindClient(SQLite::Database& database, const Digest& token, const std::string& client) {
  SQLite::Statement bind(
      database, "UPDATE token SET client = ? WHERE token_sha256 = ? AND (client IS NULL OR client = ?)");
  bind.bind(1, client);
  bindDigest(bind, 2, token);
  bind.bind(3, client);
  return bind.exec() == 1;
}

void insertReport(SQLite::Database& database, const std::string& experiment, const NewReport& report) {
  SQLite::Statement insert(database,
                           "INSERT INTO report (client, id, sequence, experiment, received_ms, sha256, body) "
                           "VALUES (?, ?, ?, ?, ?, ?, ?)");
  insert.bind(1, report.client);
  insert.bind(2, report.id);
  insert.bind(3, report.sequence);
  insert.bind(4, experiment);
  insert.bind(5, toMs(report.received));
  bindDigest(insert, 6, report.sha256);
  bindBlob(insert, 7, report.body);
  insert.exec();
}

Outcome keepIn(SQLite::Database& database, const Sender& sender, const NewReport& report) {
  if (wasErased(database, report.client)) return {Kept::kErased, {}};
  if (!bindClient(database, sender.token, report.client)) return {Kept::kOtherClient, {}};
  return keepReport(database, sender.experiment, report);
}

}  // namespace

Outcome keepReport(SQLite::Database& database, const std::string& experiment, const NewReport& report) {
  if (wasErased(database, report.client)) return {Kept::kErased, {}};
  if (auto first = receiptOf(database, report.client, report.id)) {
    return {first->sha256 == report.sha256 ? Kept::kRepeat : Kept::kOtherBytes, *first};
  }
  insertReport(database, experiment, report);
  return {Kept::kNew, {report.id, report.sha256, report.received, report.body.size()}};
}

std::optional<Receipt> Spool::find(const std::string& client, const std::string& id) {
  const std::lock_guard lock(mutex_);
  return receiptOf(reading_, client, id);
}

void Spool::keep(const Sender& sender, NewReport report, std::function<void(Outcome)> done) {
  const auto outcome = std::make_shared<Outcome>();
  const bool queued =
      writer_.submit([outcome, sender, kept = std::move(report)](
                         SQLite::Database& database) { *outcome = keepIn(database, sender, kept); },
                     [outcome, done](std::exception_ptr error) { done(error ? Outcome{} : *outcome); });
  if (!queued) done(Outcome{});
}

void Spool::quarantine(const Sender& sender, std::string body, const Digest& digest, WallTime received,
                       const Error& reason, std::function<void(bool)> done) {
  const bool queued = writer_.submit(
      [sender, kept = std::move(body), digest, received, reason](SQLite::Database& database) {
        if (sender.client && wasErased(database, *sender.client)) return;
        SQLite::Statement insert(
            database,
            "INSERT INTO quarantine (experiment, client, received_ms, sha256, body, error, "
            "pointer, expected, token_sha256) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (sha256) DO NOTHING");
        insert.bind(1, sender.experiment);
        if (sender.client) {
          insert.bind(2, *sender.client);
        } else {
          insert.bind(2);
        }
        insert.bind(3, toMs(received));
        bindDigest(insert, 4, digest);
        bindBlob(insert, 5, kept);
        insert.bind(6, reason.what);
        insert.bind(7, reason.where);
        insert.bind(8, reason.expected);
        bindDigest(insert, 9, sender.token);
        insert.exec();
        SQLite::Statement forget(
            database, "DELETE FROM quarantine WHERE entry <= (SELECT MAX(entry) FROM quarantine) - ?");
        forget.bind(1, kQuarantined);
        forget.exec();
      },
      [done](std::exception_ptr error) { done(!error); });
  if (!queued) done(false);
}

void forEachReport(SQLite::Database& database, const std::function<void(const SpooledReport&)>& each) {
  SQLite::Statement all(database,
                        "SELECT client, id, sequence, experiment, received_ms, sha256, body FROM report "
                        "ORDER BY entry");
  while (all.executeStep()) {
    const auto body = all.getColumn(6);
    each({{all.getColumn(0).getString(), all.getColumn(1).getString(), all.getColumn(2).getInt64(),
           std::string(static_cast<const char*>(body.getBlob()), static_cast<std::size_t>(body.getBytes())),
           digestOf(all.getColumn(5)), wallTime(all.getColumn(4).getInt64())},
          all.getColumn(3).getString()});
  }
}

}  // namespace dwell::collector
