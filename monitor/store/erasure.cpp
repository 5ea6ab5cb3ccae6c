#include "monitor/store/erasure.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/database.h"
#include "base/file_lock.h"
#include "base/statement.h"
#include "base/url.h"
#include "monitor/store/erased_reports.h"
#include "monitor/store/erased_rows.h"
#include "monitor/store/erasure_selection.h"
#include "monitor/store/hash_key.h"
#include "monitor/store/salvage.h"
#include "monitor/store/store_schema.h"

namespace dwell::monitor {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

/// Beside the two copies that a rewriting needs: the one being made and its way through the WAL.
constexpr std::uintmax_t kSpareBytes = 16 << 20;

fs::path intentFile(const Paths& paths) { return paths.dataDir / "erasure.json"; }

/// What is still to be done. Rows that are gone must not be looked for again: what is recorded afterwards
/// stays.
struct Intent {
  Erasure erasure;
  bool rowsAreGone = false;
};

void write(const Paths& paths, const Intent& intent) {
  Json json = {{"rows_are_gone", intent.rowsAreGone}};
  if (!intent.rowsAreGone) {
    const Erasure& erasure = intent.erasure;
    json["host"] = erasure.host ? Json(*erasure.host) : Json();
    json["first_day"] = erasure.days.first ? Json(*erasure.days.first) : Json();
    json["last_day"] = erasure.days.last ? Json(*erasure.days.last) : Json();
  }
  writePrivateFile(intentFile(paths), json.dump() + "\n");
}

Expected<std::optional<Intent>> readIntent(const Paths& paths) {
  if (!fs::exists(intentFile(paths))) return std::nullopt;
  std::ifstream in(intentFile(paths));
  const Json json = Json::parse(in, nullptr, /*allow_exceptions=*/false);
  try {
    Intent intent;
    intent.rowsAreGone = json.at("rows_are_gone").get<bool>();
    if (intent.rowsAreGone) return intent;
    if (!json.at("host").is_null()) intent.erasure.host = json.at("host").get<std::string>();
    if (!json.at("first_day").is_null()) intent.erasure.days.first = json.at("first_day").get<std::int32_t>();
    if (!json.at("last_day").is_null()) intent.erasure.days.last = json.at("last_day").get<std::int32_t>();
    return intent;
  } catch (const Json::exception&) {
    return failure("says in no readable way what was to be erased", intentFile(paths).string(),
                   "the file as it was written; remove it and erase again");
  }
}

void removeSetAside(const Paths& paths) {
  const std::string begin = paths.store().filename().string() + ".damaged-";
  for (const auto& entry : fs::directory_iterator(paths.dataDir)) {
    if (entry.path().filename().string().rfind(begin, 0) == 0) fs::remove(entry.path());
  }
}

/// Makes the file anew from what is left, and cuts the WAL. SQLite overwrites what it deletes with zeros, but
/// cells that it had moved about within a page may have left copies behind. Gives whether nothing is left.
bool compact(const SQLite::Database& database, const Paths& paths) {
  const auto checkpoint = [&] {
    SQLite::Statement cut(database, "PRAGMA wal_checkpoint(TRUNCATE)");
    return cut.executeStep() && cut.getColumn(0).getInt() == 0;  // 1: another process is reading
  };
  if (!checkpoint()) return false;
  if (fs::space(paths.dataDir).available < 2 * fs::file_size(paths.store()) + kSpareBytes) return false;
  try {
    executeOnce(database, "VACUUM");
  } catch (const SQLite::Exception& error) {
    // The rows are gone; this can wait. Not so for a file that is broken.
    if (error.getErrorCode() != SQLITE_FULL && error.getErrorCode() != SQLITE_BUSY) throw;
    return false;
  }
  return checkpoint();
}

Expected<Erased> carryOut(const Paths& paths, Intent intent, const ErasureFrame& frame) {
  auto database = openDatabase(paths.store(), storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  database->exec("PRAGMA foreign_keys = OFF");  // row_references.h
  database->exec("PRAGMA temp_store = MEMORY");
  Erased erased;
  if (!intent.rowsAreGone) {
    const auto key = readHashKey(paths.hashKey());
    if (!key) return tl::unexpected<Error>(key.error());
    const ErasureSelection selection(intent.erasure, frame.offset, *key);
    SQLite::Transaction transaction(*database, SQLite::TransactionBehavior::IMMEDIATE);
    erased = eraseRows(*database, selection, frame.settings);
    erased.reports = eraseReports(*database, selection, frame.settings, frame.now);
    executeOnce(*database, "DROP TABLE erased_visit");
    transaction.commit();
    removeSetAside(paths);
    intent.rowsAreGone = true;
    write(paths, intent);
  }
  erased.compacted = compact(*database, paths);
  if (erased.compacted) fs::remove(intentFile(paths));
  return erased;
}

Expected<FileLock> lockOutbox(const Paths& paths) {
  auto lock = FileLock::take(paths.uploadLock());
  if (!lock) return failure("an upload is under way", paths.dataDir.string(), "try again when it has ended");
  return std::move(*lock);
}

}  // namespace

Expected<Erasure> erasureOf(const std::optional<std::string>& host, const DayRange& days) {
  Erasure erasure;
  erasure.days = days;
  if (days.first && days.last && *days.last < *days.first)
    return failure("the last day is before the first", {}, "a period that does not end before it begins");
  if (host) {
    const bool isUrl = host->find("://") != std::string::npos;
    erasure.host = url::host(isUrl ? *host : "http://" + *host);
    if (erasure.host->empty() || erasure.host->find_first_of(" \t\n*?") != std::string::npos)
      return failure("not a host", {}, "a name like shop.example");
  }
  return erasure;
}

Expected<Erased> erase(const Paths& paths, const Erasure& erasure, const ErasureFrame& frame) {
  const auto lock = lockOutbox(paths);
  if (!lock) return tl::unexpected<Error>(lock.error());
  finishSalvage(paths.store());
  // What was left to do of an earlier one comes first: there is one intent at a time.
  if (const auto before = readIntent(paths); !before || *before) {
    if (!before) return tl::unexpected<Error>(before.error());
    if (const auto done = carryOut(paths, **before, frame); !done) return tl::unexpected<Error>(done.error());
  }
  write(paths, {erasure, false});
  return carryOut(paths, {erasure, false}, frame);
}

Expected<std::optional<Erased>> completeErasure(const Paths& paths, const ErasureFrame& frame) {
  auto intent = readIntent(paths);
  if (!intent) return tl::unexpected<Error>(intent.error());
  if (!*intent || !fs::exists(paths.store())) return std::nullopt;
  std::optional<FileLock> lock;  // reports are only changed together with the rows
  if (!(*intent)->rowsAreGone) {
    auto taken = lockOutbox(paths);
    if (!taken) return tl::unexpected<Error>(taken.error());
    lock = std::move(*taken);
  }
  auto erased = carryOut(paths, **intent, frame);
  if (!erased) return tl::unexpected<Error>(erased.error());
  return *erased;
}

Expected<Erased> countErasable(const Paths& paths, const Erasure& erasure, UtcOffset offset) {
  auto database = openDatabaseForReading(paths.store(), storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  const auto key = readHashKey(paths.hashKey());
  if (!key) return tl::unexpected<Error>(key.error());
  const ErasureSelection selection(erasure, offset, *key);
  selection.addFunction(*database);
  const SQLite::Transaction snapshot(*database);
  const auto count = [&](const std::string& sql) {
    SQLite::Statement row(*database, "SELECT count(*) " + sql);
    row.executeStep();
    return row.getColumn(0).getInt64();
  };
  const std::string visits =
      "FROM visit AS v JOIN visit_context AS c ON c.id = v.context WHERE " + selection.ofVisits();
  Erased found;
  found.visits = count(visits);
  found.urls = count("FROM (SELECT DISTINCT v.url " + visits + ")");
  found.sessions = erasure.host ? 0 : count("FROM session WHERE " + selection.ofTime("start_ms"));
  found.trajectories = count("FROM trajectory_v1 WHERE " + selection.ofTime("start_ms") +
                             (erasure.host ? " AND is_erased_url(login_url)" : ""));
  found.searches = count(
      "FROM search WHERE EXISTS (SELECT 1 FROM json_each(serp_visits) AS serp WHERE serp.value IN (SELECT "
      "v.id " +
      visits + "))");
  found.marks = erasure.host ? 0 : count("FROM mark WHERE " + selection.ofTime("time_ms"));
  return found;
}

}  // namespace dwell::monitor
