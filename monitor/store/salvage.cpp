#include "monitor/store/salvage.h"

#include <SQLiteCpp/Transaction.h>
#include <sqlite3.h>

#include <array>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <utility>

#include "base/paths.h"
#include "base/statement.h"
#include "monitor/store/store_schema.h"
#include "monitor/store/store_state.h"
#include "monitor/store/text_ids.h"
#include "monitor/store/visit_writer.h"

namespace dwell::monitor {
namespace {

constexpr std::int64_t kCheckEveryMs = std::int64_t{7} * 24 * 3'600'000;

bool isDamage(const SQLite::Exception& error) {
  return error.getErrorCode() == SQLITE_CORRUPT || error.getErrorCode() == SQLITE_NOTADB;
}

/// Leaves file and WAL as they are, also when it closes.
SQLite::Database openAsItIs(const std::filesystem::path& file) {
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, 5'000);
  sqlite3_db_config(database.getHandle(), SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  return database;
}

bool isDamaged(const std::filesystem::path& file) {
  try {
    SQLite::Database database = openAsItIs(file);
    const int version = database.execAndGet("PRAGMA user_version").getInt();
    if (version != schemaVersion(storeSchema()))
      return false;  // new, older or newer: openDatabase()'s matter
    const std::int64_t flushed = stateValue(database, kLastFlush, 0);
    const bool due = stateValue(database, kRunning, 0) != 0 ||
                     flushed - stateValue(database, kChecked, 0) >= kCheckEveryMs;
    if (!due) return false;
    if (database.execAndGet("PRAGMA quick_check(1)").getString() != "ok") return true;
    writeStateValue(database, kChecked, flushed);
    return false;
  } catch (const SQLite::Exception& error) {
    if (isDamage(error)) return true;
    throw;
  }
}

/// Copies one table by ranges of its key, around what can't be read.
class Table {
 public:
  Table(const SQLite::Database& from, const SQLite::Database& to, std::string name)
      : name_(std::move(name)), from_(from) {
    SQLite::Statement column(to, "SELECT name, type, pk FROM pragma_table_info(?)");
    bound(column, name_);
    std::string names, places, firstKey;
    bool integerKey = false;
    while (column.executeStep()) {
      names += (columns_++ == 0 ? "" : ", ") + column.getColumn(0).getString();
      places += places.empty() ? "?" : ", ?";
      if (column.getColumn(2).getInt() != 1) continue;
      firstKey = column.getColumn(0).getString();
      integerKey = column.getColumn(1).getString() == "INTEGER";
    }
    SQLite::Statement list(to, "SELECT wr FROM pragma_table_list(?)");
    const bool hasRowid = bound(list, name_).executeStep() && list.getColumn(0).getInt() == 0;
    key_ = hasRowid ? "rowid" : firstKey;
    splits_ = hasRowid || integerKey;
    const std::string select = "SELECT " + names + ", " + key_ + " FROM " + name_ +
                               (hasRowid ? " NOT INDEXED" : "") +
                               (splits_ ? " WHERE " + key_ + " BETWEEN ?1 AND ?2" : "") + " ORDER BY " + key_;
    selects_ = {select, select + " DESC"};
    insert_.emplace(to, "INSERT OR REPLACE INTO " + name_ + " (" + names + ") VALUES (" + places + ")");
  }

  /// Gives whether all could be read.
  bool save() {
    saveRange(std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max());
    return whole_;
  }

 private:
  /// Enough for every key of some thousand damaged pages.
  static constexpr int kMostTries = 200'000;

  enum class Order : std::uint8_t { kUp, kDown };
  /// From one end; the last key that was read, and whether that was all.
  std::pair<std::optional<std::int64_t>, bool> read(std::int64_t low, std::int64_t high, Order order) {
    std::optional<std::int64_t> last;
    const auto which = static_cast<std::size_t>(order);
    try {
      if (!rows_[which]) rows_[which].emplace(from_, selects_[which]);
      SQLite::Statement& row = *rows_[which];
      row.tryReset();
      if (splits_) bound(row, low, high);
      while (row.executeStep()) {
        if (splits_) last = row.getColumn(columns_).getInt64();
        insert(row);
      }
      return {last, true};
    } catch (const SQLite::Exception& error) {
      if (!isDamage(error)) throw;
      whole_ = false;
      return {last, false};
    }
  }

  void saveRange(std::int64_t low, std::int64_t high) {
    if (++tries_ > kMostTries) return;
    const auto [up, all] = read(low, high, Order::kUp);
    if (all) return;
    const auto down = read(low, high, Order::kDown).first;
    const bool rootIsLost = tries_ == 1 && !up && !down;
    if (!splits_ || rootIsLost) return;
    if (up) low = *up + (*up < high ? 1 : 0);
    if (down) high = *down - (*down > low ? 1 : 0);
    if (low >= high || (up && *up == high)) return;
    // Unsigned: the first range is wider than 63 bits.
    const auto half = (static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low)) / 2;
    const auto middle = static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + half);
    saveRange(low, middle);
    saveRange(middle + 1, high);
  }

  void insert(SQLite::Statement& row) {
    insert_->tryReset();
    insert_->clearBindings();
    for (int i = 0; i < columns_; ++i) {
      const SQLite::Column value = row.getColumn(i);
      if (value.isInteger()) insert_->bind(i + 1, value.getInt64());
      if (value.isFloat()) insert_->bind(i + 1, value.getDouble());
      if (value.isText()) insert_->bind(i + 1, value.getString());
      if (value.isBlob()) insert_->bind(i + 1, value.getBlob(), value.getBytes());
    }
    try {
      insert_->exec();
    } catch (const SQLite::Exception& error) {
      if (error.getErrorCode() != SQLITE_CONSTRAINT && error.getErrorCode() != SQLITE_MISMATCH) throw;
      whole_ = false;  // a row that no Dwell wrote
    }
  }

  std::string name_, key_;
  const SQLite::Database& from_;
  std::array<std::string, 2> selects_;  ///< by Order
  std::array<std::optional<SQLite::Statement>, 2> rows_;
  std::optional<SQLite::Statement> insert_;
  int columns_ = 0;
  int tries_ = 0;
  bool splits_ = false;
  bool whole_ = true;
};

/// What refers to rows that are lost.
constexpr const char* kMendReferences =
    "INSERT INTO url (id, hash, text) SELECT DISTINCT url, 0, '' FROM visit WHERE url NOT IN (SELECT id FROM "
    "url);"
    "INSERT INTO visit_context (id, browser, utc_offset_min, tab_opened_by) "
    "SELECT DISTINCT context, '', 0, 0 FROM visit WHERE context NOT IN (SELECT id FROM visit_context);"
    "UPDATE visit SET label = NULL WHERE label NOT IN (SELECT id FROM term);"
    "DELETE FROM visit_search WHERE visit NOT IN (SELECT id FROM visit);"
    "UPDATE visit_search SET serp_engine = NULL WHERE serp_engine NOT IN (SELECT id FROM term);"
    "UPDATE visit_search SET results_engine = NULL WHERE results_engine NOT IN (SELECT id FROM term);"
    "DELETE FROM visit_links WHERE visit NOT IN (SELECT id FROM visit) "
    "OR link_table NOT IN (SELECT id FROM link_table);"
    "DELETE FROM link_press WHERE visit NOT IN (SELECT id FROM visit);"
    "UPDATE link_press SET url = NULL WHERE url NOT IN (SELECT id FROM url);"
    "UPDATE trajectory SET login_url = NULL WHERE login_url NOT IN (SELECT id FROM url);"
    "DELETE FROM search_result WHERE search NOT IN (SELECT id FROM search);"
    "UPDATE search_result SET url = NULL WHERE url NOT IN (SELECT id FROM url);"
    "DELETE FROM histogram WHERE series NOT IN (SELECT id FROM histogram_series);"
    "DELETE FROM histogram_sum WHERE series NOT IN (SELECT id FROM histogram_series);"
    "DELETE FROM upload_attempt WHERE report NOT IN (SELECT id FROM report);"
    "DELETE FROM unreported WHERE kind = 1 AND id NOT IN (SELECT id FROM visit);"
    // Numbers are never used twice.
    "INSERT INTO agent_state (key, value) "
    "SELECT 'next_visit', coalesce(max(id), 0) + 1 FROM visit WHERE true UNION ALL "
    "SELECT 'next_session', coalesce(max(id), 0) + 1 FROM session UNION ALL "
    "SELECT 'next_trajectory', coalesce(max(id), 0) + 1 FROM trajectory UNION ALL "
    "SELECT 'next_search', coalesce(max(id), 0) + 1 FROM search WHERE true "
    "ON CONFLICT DO UPDATE SET value = max(value, excluded.value);"
    "INSERT INTO loss (cause, count) VALUES ('store.salvaged', 1) ON CONFLICT DO UPDATE SET count = count + "
    "1;"
    "INSERT INTO unreported_loss (cause, count) VALUES ('store.salvaged', 1) "
    "ON CONFLICT DO UPDATE SET count = count + 1;";

namespace fs = std::filesystem;

fs::path with(const fs::path& file, const std::string& end) { return file.string() + end; }
fs::path asideOf(const fs::path& file, int number) {
  return with(file, ".damaged-" + std::to_string(number));
}
/// The number of the next one to be set aside.
int nextAside(const fs::path& file) {
  int number = 1;
  while (fs::exists(asideOf(file, number))) ++number;
  return number;
}
/// What is being saved, until it is all there; and until it is in its place.
fs::path savingOf(const fs::path& file) { return with(file, ".salvaging"); }
fs::path savedOf(const fs::path& file) { return with(file, ".salvaged"); }

void moveFile(const fs::path& from, const fs::path& to) {
  fs::rename(from, to);
  syncFolderOf(to);
}

void saveTables(const SQLite::Database& from, SQLite::Database& to, Salvage& salvage) {
  SQLite::Statement table(to,
                          "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  std::vector<std::string> names;
  while (table.executeStep()) names.push_back(table.getColumn(0).getString());
  to.exec("PRAGMA foreign_keys = OFF");
  SQLite::Transaction transaction(to);
  for (const std::string& name : names) {
    if (!Table(from, to, name).save()) salvage.incomplete.push_back(name);
  }
  to.exec(kMendReferences);
  TextIds ids(to);
  VisitWriter(to, ids).sumAnew();
  for (const std::string& name : names) {
    salvage.rows[name] = to.execAndGet("SELECT count(*) FROM " + name).getInt64();
  }
  transaction.commit();
  to.exec("PRAGMA foreign_keys = ON");
}

}  // namespace

std::string Salvage::text() const {
  if (rows.empty())
    return "The store was damaged. It was set aside as " + setAside.filename().string() +
           "; what was saved is told beside it\n";
  std::string text = "The store was damaged. It was set aside as " + setAside.filename().string() +
                     "; saved into a new one:\n";
  for (const auto& [table, count] : rows) text += "  " + table + ": " + std::to_string(count) + "\n";
  text += incomplete.empty() ? "Every row could be read.\n" : "Rows may be lost of:";
  for (const auto& table : incomplete) text += " " + table;
  return text + (incomplete.empty() ? "" : "\n");
}

std::optional<Salvage> finishSalvage(const fs::path& file) {
  for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(with(savingOf(file), end));
  if (!fs::exists(savedOf(file))) return std::nullopt;
  int number = nextAside(file);
  if (fs::exists(file))
    moveFile(file, asideOf(file, number));
  else if (number > 1)
    --number;  // it was set aside already
  const fs::path aside = asideOf(file, number);
  if (fs::exists(with(file, "-wal"))) moveFile(with(file, "-wal"), with(aside, "-wal"));
  fs::remove(with(file, "-shm"));
  moveFile(savedOf(file), file);
  return Salvage{aside, {}, {}};
}

Expected<std::optional<Salvage>> salvageIfDamaged(const fs::path& file) {
  if (const auto finished = finishSalvage(file)) return finished;
  if (!fs::exists(file) || !isDamaged(file)) return std::nullopt;
  Salvage salvage;
  salvage.setAside = asideOf(file, nextAside(file));
  {
    auto fresh = openDatabase(savingOf(file), storeSchema());
    if (!fresh) return tl::unexpected<Error>(fresh.error());
    const SQLite::Database damaged = openAsItIs(file);
    saveTables(damaged, *fresh, salvage);
    // One file, that can be renamed.
    if (fresh->execAndGet("PRAGMA journal_mode = DELETE").getString() != "delete")
      throw std::runtime_error("what was saved of the store can't be finished: " + savingOf(file).string());
  }
  std::ofstream(with(salvage.setAside, ".txt")) << salvage.text();
  moveFile(savingOf(file), savedOf(file));
  finishSalvage(file);
  return salvage;
}

}  // namespace dwell::monitor
