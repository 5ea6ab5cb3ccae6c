#include "collector/erasure.h"

#include <memory>
#include <optional>
#include <utility>

#include "collector/sql.h"

namespace dwell::collector {
namespace {

std::optional<ErasureReceipt> receiptOf(SQLite::Database& database, const std::string& client) {
  SQLite::Statement find(database,
                         "SELECT erased_ms, reports, quarantined FROM erased_client WHERE client = ?");
  find.bind(1, client);
  if (!find.executeStep()) return std::nullopt;
  return ErasureReceipt{client, wallTime(find.getColumn(0).getInt64()), find.getColumn(1).getInt64(),
                        find.getColumn(2).getInt64()};
}

/// Whether the token is the client's, or may become it: it has sent nothing, and nobody else is that client.
bool isOwn(SQLite::Database& database, const Digest& token, const std::string& client) {
  SQLite::Statement take(
      database,
      "UPDATE token SET client = ?1 WHERE token_sha256 = ?2 AND (client = ?1 OR (client IS NULL "
      "AND NOT EXISTS (SELECT * FROM token WHERE client = ?1) AND NOT EXISTS (SELECT * FROM erased_client "
      "WHERE "
      "client = ?1)))");
  take.bind(1, client);
  bindDigest(take, 2, token);
  return take.exec() == 1;
}

std::int64_t remove(SQLite::Database& database, const char* sql, const std::string& client) {
  SQLite::Statement statement(database, sql);
  statement.bind(1, client);
  return statement.exec();
}

ErasureOutcome eraseIn(SQLite::Database& database, const Digest& token, const std::string& client,
                       WallTime now) {
  if (!isOwn(database, token, client)) return {Erased::kNotOwn, {}};
  if (const auto first = receiptOf(database, client)) return {Erased::kDone, *first};
  const ErasureReceipt receipt{client, now, remove(database, "DELETE FROM report WHERE client = ?1", client),
                               remove(database,
                                      "DELETE FROM quarantine WHERE client = ?1 OR token_sha256 IN "
                                      "(SELECT token_sha256 FROM token WHERE client = ?1)",
                                      client)};
  SQLite::Statement keep(
      database, "INSERT INTO erased_client (client, erased_ms, reports, quarantined) VALUES (?, ?, ?, ?)");
  keep.bind(1, client);
  keep.bind(2, toMs(now));
  keep.bind(3, receipt.reports);
  keep.bind(4, receipt.quarantined);
  keep.exec();
  return {Erased::kDone, receipt};
}

}  // namespace

bool wasErased(SQLite::Database& database, const std::string& client) {
  return receiptOf(database, client).has_value();
}

void Erasure::erase(const Sender& sender, const std::string& client, WallTime now,
                    std::function<void(ErasureOutcome)> done) {
  const auto outcome = std::make_shared<ErasureOutcome>();
  const bool queued =
      writer_.submit([outcome, token = sender.token, client,
                      now](SQLite::Database& database) { *outcome = eraseIn(database, token, client, now); },
                     [outcome, done](std::exception_ptr error) { done(error ? ErasureOutcome{} : *outcome); },
                     Writer::Log::kCut);
  if (!queued) done(ErasureOutcome{});
}

}  // namespace dwell::collector
