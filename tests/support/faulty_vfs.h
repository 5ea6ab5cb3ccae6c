#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <vector>

namespace dwell::tests {

/// What goes wrong, and at which operation (the first is 1).
struct DiskFault {
  enum class Kind : std::uint8_t {
    kNone,
    kKill,      ///< kill -9 in place of the change
    kTornKill,  ///< half of it is written, then kill -9
    kPower,     ///< the power goes in place of the change
    kError,     ///< EIO: `lasts` calls fail (changes, and opening, locking and mapping)
    kTorn,      ///< half of it is written, then EIO; so for `lasts` changes
    kFull,      ///< ENOSPC, after half of it; so for `lasts` changes
    kReadOnly   ///< the file system became read-only: so for `lasts` changes
  };
  Kind kind = Kind::kNone;
  std::int64_t at = 0;
  std::int64_t lasts = 1;
  std::uint32_t seed = 1;  ///< for what a power cut leaves
  bool syncs = true;       ///< false: a disk that says it has synced and has not, to see that this is noticed
};

/// What the process that met kKill, kTornKill or kPower exits with.
inline constexpr int kDiskKilled = 99;

/// SQLite's way to the disk, which can break: while an object lives, every database that this process opens
/// goes through it. One at a time; databases opened through it must be closed before it goes.
///
/// Nothing is really synced. A power cut is worked out instead: of every file each sector of 512 bytes that
/// was written since its last sync, and each truncation, is there or not, whatever came later; a sector in a
/// file that grew without it holds anything; a file whose name was not synced may be gone, one that was
/// deleted may be back. What was there when the object was made is on the disk.
/// A kill ends this process with _exit(kDiskKilled), so it belongs into a forked one.
/// Threads: any.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  void plan(const DiskFault& fault);
  /// After `writes` more changes the disk is full and stays so; negative: it has room.
  void fullAfter(int writes);

  /// Calls since plan() that change a file: writes, truncations, syncs, deletions, files made.
  std::int64_t changes() const { return changes_; }
  /// The same, and opening, locking and mapping.
  std::int64_t calls() const { return calls_; }
  /// Whether an operation has failed since plan().
  bool hasFailed() const { return failed_; }

  // For the methods that SQLite calls.
  int write(sqlite3_file* file, const std::string& path, const void* data, int size, sqlite3_int64 offset);
  int truncate(sqlite3_file* file, const std::string& path, sqlite3_int64 size);
  int sync(const std::string& path);
  int open(const char* name, sqlite3_file* file, int flags, int* outFlags);
  int remove(const char* name, int syncFolder);
  /// SQLITE_OK, or what a call that changes nothing (locking, mapping) gives.
  int passing(int errorCode);

 private:
  /// A change that a power cut may lose.
  struct Change {
    std::int64_t offset = 0;
    std::string data;
    bool truncates = false;  ///< to `offset`
  };
  struct File {
    std::string durable;
    std::vector<Change> since;  ///< the last sync
    bool named = false;         ///< its name outlives a power cut
  };
  enum class Verdict { kGo, kHalf, kFail };

  Verdict next(bool changesFile);
  int errorOf(int otherwise) const;
  void track(const char* name);
  std::string afterPowerCut(const File& file);
  [[noreturn]] void powerCut();

  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  std::mutex mutex_;
  DiskFault fault_;
  std::mt19937 random_;
  std::int64_t changes_ = 0, calls_ = 0;
  bool failed_ = false;
  std::map<std::string, File> files_, deleted_;
};

}  // namespace dwell::tests
