#include "base/database.h"

#include <SQLiteCpp/Statement.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <charconv>
#include <string>
#include <system_error>

#include "base/paths.h"

namespace dwell {
namespace {

constexpr int kBusyTimeoutMs = 5'000;

int migrationNumber(const SqlFile& file) {
  int number = 0;
  const auto [end, error] = std::from_chars(file.name.data(), file.name.data() + file.name.size(), number);
  assert(error == std::errc{} && number > 0);
  (void)end;
  (void)error;
  return number;
}

int fileVersion(SQLite::Database& database) { return database.execAndGet("PRAGMA user_version").getInt(); }

/// SQLite keeps a view's text from CREATE VIEW on, without the closing semicolon.
std::string_view viewText(std::string_view sql) {
  const auto begin = sql.find("CREATE VIEW");
  assert(begin != std::string_view::npos);
  const auto end = sql.rfind(';');
  return sql.substr(begin, end == std::string_view::npos || end < begin ? end : end - begin);
}

bool viewsAreCurrent(SQLite::Database& database, std::span<const SqlFile> views) {
  SQLite::Statement count(database, "SELECT COUNT(*) FROM sqlite_master WHERE type = 'view'");
  count.executeStep();
  if (count.getColumn(0).getInt64() != static_cast<std::int64_t>(views.size())) return false;
  SQLite::Statement find(database, "SELECT sql FROM sqlite_master WHERE type = 'view' AND name = ?");
  for (const SqlFile& view : views) {
    find.reset();
    find.bind(1, std::string(view.name));
    if (!find.executeStep() || find.getColumn(0).getString() != viewText(view.sql)) return false;
  }
  return true;
}

void dropViews(SQLite::Database& database) {
  std::string drop;
  SQLite::Statement all(database, "SELECT name FROM sqlite_master WHERE type = 'view'");
  while (all.executeStep()) drop += "DROP VIEW \"" + all.getColumn(0).getString() + "\";";
  if (!drop.empty()) database.exec(drop);
}

void makeViews(SQLite::Database& database, std::span<const SqlFile> views) {
  dropViews(database);
  for (const SqlFile& view : views) database.exec(std::string(view.sql));
}

tl::unexpected<Error> newer(const std::filesystem::path& file, const DatabaseSchema& schema, int found) {
  return failure(std::string(schema.what) + " is of version " + std::to_string(found) +
                     ", written by a newer Dwell; this one knows versions up to " +
                     std::to_string(schemaVersion(schema)),
                 file.string(), "install the newer Dwell again, or name another data folder");
}

/// Made by us before SQLite opens it: WAL and shared memory get the mode of the main file.
/// An existing file is never opened here: closing a descriptor lets go of all POSIX locks that this process
/// holds on the file, those of its other connections included, and the next process to leave would take
/// itself for the last one and delete the WAL under them.
void createPrivate(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0) {
    ::close(fd);
    syncFolderOf(file);
  } else if (errno != EEXIST) {
    throw std::system_error(errno, std::generic_category(), "cannot make " + file.string());
  }
}

}  // namespace

int schemaVersion(const DatabaseSchema& schema) {
  int version = 0;
  for (const SqlFile& file : schema.migrations) {
    const int number = migrationNumber(file);
    assert(number == version + 1);
    version = number;
  }
  return version;
}

Expected<SQLite::Database> openDatabase(const std::filesystem::path& file, const DatabaseSchema& schema) {
  createPrivate(file);
  SQLite::Database database(file.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
  if (schema.addFunctions != nullptr) schema.addFunctions(database);
  const int wanted = schemaVersion(schema);
  if (const int found = fileVersion(database); found > wanted) return newer(file, schema, found);

  database.exec("PRAGMA page_size = " + std::to_string(schema.pageSize));
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  database.exec("PRAGMA secure_delete = ON");

  if (fileVersion(database) == wanted && viewsAreCurrent(database, schema.views)) return database;
  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::EXCLUSIVE);
  const int found = fileVersion(database);  // another process may have been quicker
  if (found > wanted) return newer(file, schema, found);
  if (found < wanted) dropViews(database);  // of the old tables: SQLite would refuse to rename one under them
  for (const SqlFile& migration : schema.migrations) {
    if (migrationNumber(migration) > found) database.exec(std::string(migration.sql));
  }
  if (!viewsAreCurrent(database, schema.views)) makeViews(database, schema.views);
  database.exec("PRAGMA user_version = " + std::to_string(wanted));
  transaction.commit();
  return database;
}

Expected<SQLite::Database> openDatabaseForReading(const std::filesystem::path& file,
                                                  const DatabaseSchema& schema) {
  if (!std::filesystem::exists(file)) {
    return failure(std::string(schema.what) + " does not exist", file.string(),
                   "start the program that writes it, or name another data folder");
  }
  SQLite::Database database(file.string(), SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX, kBusyTimeoutMs);
  if (schema.addFunctions != nullptr) schema.addFunctions(database);
  database.exec("PRAGMA query_only = ON");
  const int wanted = schemaVersion(schema);
  const int found = fileVersion(database);
  if (found > wanted) return newer(file, schema, found);
  if (found < wanted) {
    return failure(std::string(schema.what) + " is of version " + std::to_string(found) +
                       ", older than version " + std::to_string(wanted),
                   file.string(), "start the program that writes it once: it brings the file up");
  }
  return database;
}

}  // namespace dwell
