#include "tests/support/faulty_vfs.h"

#include <cassert>

namespace dwell::tests {
namespace {

/// SQLite gives the memory: this, and behind it the real file.
struct File {
  sqlite3_file base;
  FaultyVfs* vfs;
};

sqlite3_file* realOf(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
}

/// The real file's method with the same arguments.
template <auto Method, class... Arguments>
auto pass(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* const real = realOf(file);
  return (real->pMethods->*Method)(real, arguments...);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  if (!reinterpret_cast<File*>(file)->vfs->mayWrite()) return SQLITE_FULL;
  return pass<&sqlite3_io_methods::xWrite>(file, data, size, offset);
}

using M = sqlite3_io_methods;
constexpr sqlite3_io_methods kMethods = {
    3,
    pass<&M::xClose>,
    pass<&M::xRead, void*, int, sqlite3_int64>,
    write,
    pass<&M::xTruncate, sqlite3_int64>,
    pass<&M::xSync, int>,
    pass<&M::xFileSize, sqlite3_int64*>,
    pass<&M::xLock, int>,
    pass<&M::xUnlock, int>,
    pass<&M::xCheckReservedLock, int*>,
    pass<&M::xFileControl, int, void*>,
    pass<&M::xSectorSize>,
    pass<&M::xDeviceCharacteristics>,
    pass<&M::xShmMap, int, int, int, void volatile**>,
    pass<&M::xShmLock, int, int, int>,
    pass<&M::xShmBarrier>,
    pass<&M::xShmUnmap, int>,
    pass<&M::xFetch, sqlite3_int64, int, void**>,
    pass<&M::xUnfetch, sqlite3_int64, void*>,
};

struct Shared {
  FaultyVfs* faulty;
  sqlite3_vfs* real;
};

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
  const auto* shared = static_cast<const Shared*>(vfs->pAppData);
  auto* const mine = reinterpret_cast<File*>(file);
  mine->base.pMethods = nullptr;
  mine->vfs = shared->faulty;
  const int result = shared->real->xOpen(shared->real, name, realOf(file), flags, outFlags);
  if (result == SQLITE_OK) mine->base.pMethods = &kMethods;
  return result;
}

}  // namespace

FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  static Shared shared;
  shared = {this, real_};
  vfs_.zName = "faulty";
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
  vfs_.pAppData = &shared;
  vfs_.xOpen = open;
  [[maybe_unused]] const int result = sqlite3_vfs_register(&vfs_, 1);
  assert(result == SQLITE_OK);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyVfs::fullAfter(int writes) {
  left_ = writes;
  failed_ = false;
}

bool FaultyVfs::mayWrite() {
  if (left_ < 0) return true;
  if (left_ == 0) {
    failed_ = true;
    return false;
  }
  --left_;
  return true;
}

}  // namespace dwell::tests
