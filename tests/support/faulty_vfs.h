#pragma once

#include <sqlite3.h>

namespace dwell::tests {

/// SQLite's way to the disk, which can run full: while an object lives, every database that this process
/// opens goes through it. One at a time; databases opened through it must be closed before it goes. Threads:
/// one.
class FaultyVfs {
 public:
  FaultyVfs();
  ~FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  /// After `writes` more writes the disk is full and stays so; negative: it has room.
  void fullAfter(int writes);
  /// Whether a write has failed since fullAfter().
  bool wasFull() const { return failed_; }

  /// Called by every write; false: the disk is full.
  bool mayWrite();

 private:
  sqlite3_vfs* real_;
  sqlite3_vfs vfs_;
  int left_ = -1;
  bool failed_ = false;
};

}  // namespace dwell::tests
