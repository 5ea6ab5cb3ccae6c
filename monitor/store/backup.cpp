#include "monitor/store/backup.h"

#include <SQLiteCpp/Backup.h>
#include <SQLiteCpp/Transaction.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "base/database.h"
#include "base/statement.h"
#include "monitor/store/store_schema.h"

namespace dwell::monitor {
namespace {

namespace fs = std::filesystem;

constexpr int kPagesAStep = 2'000;
/// No machine's hash: who opens the store next makes another client of it.
constexpr const char* kLeaveToOriginal = "UPDATE identity SET machine_sha256 = printf('%064d', 0)";

/// A file under another name until it is whole; removed if that never comes.
class Unfinished {
 public:
  explicit Unfinished(const fs::path& file) : path_(file.string() + ".part") {
    fs::remove(path_);
    const int fd = ::open(path_.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) throw std::system_error(errno, std::generic_category(), "cannot make " + path_.string());
    ::close(fd);
  }
  ~Unfinished() {
    std::error_code ignored;
    for (const char* end : {"", "-wal", "-shm", "-journal"}) fs::remove(path_.string() + end, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  const fs::path& path() const { return path_; }
  void finish(const fs::path& file) const {
    const int fd = ::open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    const bool synced = fd >= 0 && ::fsync(fd) == 0;
    if (fd >= 0) ::close(fd);
    if (!synced) throw std::system_error(errno, std::generic_category(), "cannot write " + path_.string());
    fs::rename(path_, file);
  }

 private:
  fs::path path_;
};

/// Copies all pages. SQLite begins anew when the source is written between two steps, unless they are of one
/// snapshot.
void copy(SQLite::Database& from, SQLite::Database& to, const Progress& progress) {
  const SQLite::Transaction snapshot(from);
  from.execAndGet("SELECT count(*) FROM sqlite_master");
  SQLite::Backup backup(to, from);
  for (bool more = true; more;) {
    more = backup.executeStep(kPagesAStep) != SQLITE_DONE;
    progress(backup.getTotalPageCount() - backup.getRemainingPageCount(), backup.getTotalPageCount());
  }
}

Expected<void> checkWhole(SQLite::Database& database, const fs::path& file) {
  const std::string found = database.execAndGet("PRAGMA integrity_check(1)").getString();
  if (found == "ok") return {};
  return failure("is damaged", file.string(), "a file that SQLite finds whole");
}

}  // namespace

Expected<void> backUp(const fs::path& store, const fs::path& file, Existing existing,
                      const Progress& progress) {
  if (fs::exists(file) && existing == Existing::kKeep)
    return failure("is there already", file.string(), "another name, or --force");
  auto from = openDatabaseForReading(store, storeSchema());
  if (!from) return tl::unexpected<Error>(from.error());
  const Unfinished made(file);
  {
    SQLite::Database to(made.path().string(), SQLite::OPEN_READWRITE);
    copy(*from, to, progress);
    to.exec("PRAGMA journal_mode = DELETE");  // one file, without a WAL beside it
    if (auto whole = checkWhole(to, store); !whole) return whole;
  }
  made.finish(file);
  return {};
}

Expected<void> restore(const Paths& paths, const fs::path& file, const Progress& progress) {
  if (!fs::is_regular_file(file)) return failure("there is no such file", file.string(), "a backup's name");
  const Unfinished made(paths.store());
  try {
    SQLite::Database from(file.string(), SQLite::OPEN_READONLY);
    if (from.execAndGet("SELECT count(*) FROM sqlite_master WHERE name IN ('agent_state', 'visit')")
            .getInt() != 2)
      return failure("is no backup of Dwell's store", file.string(), "a file of dwellctl backup");
    if (auto whole = checkWhole(from, file); !whole) return whole;
    SQLite::Database to(made.path().string(), SQLite::OPEN_READWRITE);
    copy(from, to, progress);
  } catch (const SQLite::Exception& error) {
    if (error.getErrorCode() != SQLITE_NOTADB && error.getErrorCode() != SQLITE_CORRUPT) throw;
    return failure("is no backup of Dwell's store, or damaged", file.string(), "a file of dwellctl backup");
  }
  {
    auto to = openDatabase(made.path(), storeSchema());  // brings it up, or refuses a newer one
    if (!to) return failure(to.error().what, file.string(), to.error().expected);
    to->exec(kLeaveToOriginal);
  }
  for (const char* end : {"-wal", "-shm"}) fs::remove(paths.store().string() + end);
  made.finish(paths.store());
  return {};
}

}  // namespace dwell::monitor
