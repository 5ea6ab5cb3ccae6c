#include "tests/support/faulty_vfs.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <utility>

namespace dwell::tests {
namespace {

constexpr std::size_t kSector = 512;

/// SQLite gives the memory: this, and behind it the real file.
struct Handle {
  sqlite3_file base;
  FaultyVfs* vfs;
  const std::string* path;  ///< owned; null: a temporary file
};

sqlite3_file* realOf(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<Handle*>(file) + 1);
}
Handle* handleOf(sqlite3_file* file) { return reinterpret_cast<Handle*>(file); }

/// The real file's method with the same arguments.
template <auto Method, class... Arguments>
auto pass(sqlite3_file* file, Arguments... arguments) {
  sqlite3_file* const real = realOf(file);
  return (real->pMethods->*Method)(real, arguments...);
}

/// The same, where it may fail.
template <auto Method, int error, class... Arguments>
int tried(sqlite3_file* file, Arguments... arguments) {
  const int result = handleOf(file)->vfs->passing(error);
  return result == SQLITE_OK ? pass<Method>(file, arguments...) : result;
}

using M = sqlite3_io_methods;

int close(sqlite3_file* file) {
  delete handleOf(file)->path;
  return pass<&M::xClose>(file);
}
int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const auto* const path = handleOf(file)->path;
  if (path == nullptr) return pass<&M::xWrite>(file, data, size, offset);
  return handleOf(file)->vfs->write(realOf(file), *path, data, size, offset);
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  const auto* const path = handleOf(file)->path;
  if (path == nullptr) return pass<&M::xTruncate>(file, size);
  return handleOf(file)->vfs->truncate(realOf(file), *path, size);
}
int sync(sqlite3_file* file, int) {
  const auto* const path = handleOf(file)->path;
  return path == nullptr ? SQLITE_OK : handleOf(file)->vfs->sync(*path);
}
/// Letting go of a lock never fails.
int shmLock(sqlite3_file* file, int offset, int count, int flags) {
  if ((flags & SQLITE_SHM_LOCK) != 0) {
    if (const int result = handleOf(file)->vfs->passing(SQLITE_IOERR_SHMLOCK); result != SQLITE_OK)
      return result;
  }
  return pass<&M::xShmLock>(file, offset, count, flags);
}

constexpr sqlite3_io_methods kMethods = {
    2,  // without memory maps: every write comes by here
    close,
    pass<&M::xRead, void*, int, sqlite3_int64>,
    write,
    truncate,
    sync,
    pass<&M::xFileSize, sqlite3_int64*>,
    tried<&M::xLock, SQLITE_IOERR_LOCK, int>,
    pass<&M::xUnlock, int>,
    pass<&M::xCheckReservedLock, int*>,
    pass<&M::xFileControl, int, void*>,
    pass<&M::xSectorSize>,
    pass<&M::xDeviceCharacteristics>,
    tried<&M::xShmMap, SQLITE_IOERR_SHMMAP, int, int, int, void volatile**>,
    shmLock,
    pass<&M::xShmBarrier>,
    pass<&M::xShmUnmap, int>,
    nullptr,
    nullptr,
};

FaultyVfs* faultyOf(sqlite3_vfs* vfs) { return static_cast<FaultyVfs*>(vfs->pAppData); }

int open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* outFlags) {
  auto* const mine = handleOf(file);
  mine->base.pMethods = nullptr;
  mine->vfs = faultyOf(vfs);
  mine->path = nullptr;
  const int result = mine->vfs->open(name, realOf(file), flags, outFlags);
  if (result != SQLITE_OK) return result;
  if (name != nullptr) mine->path = new std::string(name);
  mine->base.pMethods = &kMethods;
  return SQLITE_OK;
}

int removeFile(sqlite3_vfs* vfs, const char* name, int syncFolder) {
  return faultyOf(vfs)->remove(name, syncFolder);
}

std::string contentOf(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put(std::string& image, std::size_t offset, std::string_view data) {
  if (image.size() < offset + data.size()) image.resize(offset + data.size());
  image.replace(offset, data.size(), data);
}

}  // namespace

FaultyVfs::FaultyVfs() : real_(sqlite3_vfs_find(nullptr)), vfs_(*real_) {
  vfs_.zName = "faulty";
  vfs_.szOsFile = static_cast<int>(sizeof(Handle)) + real_->szOsFile;
  vfs_.pAppData = this;
  vfs_.xOpen = tests::open;
  vfs_.xDelete = removeFile;
  [[maybe_unused]] const int result = sqlite3_vfs_register(&vfs_, 1);
  assert(result == SQLITE_OK);
}

FaultyVfs::~FaultyVfs() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real_, 1);
}

void FaultyVfs::plan(const DiskFault& fault) {
  const std::lock_guard lock(mutex_);
  fault_ = fault;
  random_.seed(fault.seed);
  changes_ = calls_ = 0;
  failed_ = false;
}

void FaultyVfs::fullAfter(int writes) {
  DiskFault fault;
  if (writes >= 0) fault = {DiskFault::Kind::kFull, writes + 1, std::numeric_limits<std::int64_t>::max() / 2};
  plan(fault);
}

FaultyVfs::Verdict FaultyVfs::next(bool changesFile) {
  using Kind = DiskFault::Kind;
  ++calls_;
  if (changesFile) ++changes_;
  const std::int64_t now = fault_.kind == Kind::kError ? calls_ : changes_;
  if (fault_.kind == Kind::kNone || now < fault_.at || now >= fault_.at + fault_.lasts) return Verdict::kGo;
  if (!changesFile && fault_.kind != Kind::kError) return Verdict::kGo;
  if (fault_.kind == Kind::kKill) ::_exit(kDiskKilled);
  if (fault_.kind == Kind::kPower) powerCut();
  failed_ = true;
  const bool half =
      fault_.kind == Kind::kTorn || fault_.kind == Kind::kTornKill || fault_.kind == Kind::kFull;
  return half ? Verdict::kHalf : Verdict::kFail;
}

int FaultyVfs::errorOf(int otherwise) const {
  if (fault_.kind == DiskFault::Kind::kFull) return SQLITE_FULL;
  if (fault_.kind == DiskFault::Kind::kReadOnly) return SQLITE_READONLY;
  return otherwise;
}

int FaultyVfs::passing(int errorCode) {
  const std::lock_guard lock(mutex_);
  return next(/*changesFile=*/false) == Verdict::kGo ? SQLITE_OK : errorOf(errorCode);
}

int FaultyVfs::write(sqlite3_file* file, const std::string& path, const void* data, int size,
                     sqlite3_int64 offset) {
  const std::lock_guard lock(mutex_);
  const Verdict verdict = next(/*changesFile=*/true);
  if (verdict == Verdict::kFail) return errorOf(SQLITE_IOERR_WRITE);
  if (verdict == Verdict::kHalf) size /= 2;
  const int result = file->pMethods->xWrite(file, data, size, offset);
  if (result == SQLITE_OK)
    files_[path].since.push_back(
        {offset, std::string(static_cast<const char*>(data), static_cast<std::size_t>(size)), false});
  if (verdict == Verdict::kGo) return result;
  if (fault_.kind == DiskFault::Kind::kTornKill) ::_exit(kDiskKilled);
  return errorOf(SQLITE_IOERR_WRITE);
}

int FaultyVfs::truncate(sqlite3_file* file, const std::string& path, sqlite3_int64 size) {
  const std::lock_guard lock(mutex_);
  if (next(/*changesFile=*/true) != Verdict::kGo) {
    if (fault_.kind == DiskFault::Kind::kTornKill) ::_exit(kDiskKilled);
    return errorOf(SQLITE_IOERR_TRUNCATE);
  }
  files_[path].since.push_back({size, {}, true});
  return file->pMethods->xTruncate(file, size);
}

int FaultyVfs::sync(const std::string& path) {
  const std::lock_guard lock(mutex_);
  if (next(/*changesFile=*/true) != Verdict::kGo) {
    if (fault_.kind == DiskFault::Kind::kTornKill) ::_exit(kDiskKilled);
    // As Linux has it: what could not be written is clean from then on, and a later sync says nothing of it.
    return errorOf(SQLITE_IOERR_FSYNC);
  }
  if (!fault_.syncs) return SQLITE_OK;
  File& file = files_[path];
  for (const Change& change : file.since) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.truncates)
      file.durable.resize(offset);
    else
      put(file.durable, offset, change.data);
  }
  file.since.clear();
  file.named = true;
  deleted_.erase(path);
  return SQLITE_OK;
}

int FaultyVfs::open(const char* name, sqlite3_file* file, int flags, int* outFlags) {
  const std::lock_guard lock(mutex_);
  const bool makes = name != nullptr && (flags & SQLITE_OPEN_CREATE) != 0 && !std::filesystem::exists(name);
  if (name != nullptr && next(makes) != Verdict::kGo) {
    if (fault_.kind == DiskFault::Kind::kTornKill) ::_exit(kDiskKilled);
    return makes && fault_.kind == DiskFault::Kind::kFull ? SQLITE_FULL : SQLITE_CANTOPEN;
  }
  if (name != nullptr) track(name);
  return real_->xOpen(real_, name, file, flags, outFlags);
}

void FaultyVfs::track(const char* name) {
  if (files_.count(name) != 0) return;
  File& file = files_[name];
  file.named = std::filesystem::exists(name);
  if (file.named) file.durable = contentOf(name);
}

int FaultyVfs::remove(const char* name, int syncFolder) {
  const std::lock_guard lock(mutex_);
  if (next(/*changesFile=*/true) != Verdict::kGo) {
    if (fault_.kind == DiskFault::Kind::kTornKill) ::_exit(kDiskKilled);
    return SQLITE_IOERR_DELETE;
  }
  if (const auto file = files_.extract(name); !file.empty() && file.mapped().named && syncFolder == 0)
    deleted_.insert_or_assign(name, file.mapped());
  if (syncFolder != 0) deleted_.erase(name);
  return real_->xDelete(real_, name, 0);
}

std::string FaultyVfs::afterPowerCut(const File& file) {
  // Some cuts lose nearly everything, some nearly nothing.
  const double kept = std::array{0.0, 0.5, 0.9, 1.0}[random_() % 4];
  const auto stays = [&] { return std::uniform_real_distribution<>(0, 1)(random_) < kept; };
  std::string image = file.durable;
  for (const Change& change : file.since) {
    const auto offset = static_cast<std::size_t>(change.offset);
    if (change.truncates) {
      if (stays()) image.resize(offset);
      continue;
    }
    for (std::size_t begin = 0; begin < change.data.size();) {
      const std::size_t length = std::min(kSector - (offset + begin) % kSector, change.data.size() - begin);
      if (stays()) {
        if (image.size() < offset + begin) image.resize(offset + begin, static_cast<char>(random_()));
        put(image, offset + begin, std::string_view(change.data).substr(begin, length));
      }
      begin += length;
    }
  }
  return image;
}

void FaultyVfs::powerCut() {
  for (const auto& [path, file] : deleted_) {
    if (files_.count(path) == 0 && random_() % 2 == 0)
      std::ofstream(path, std::ios::binary) << afterPowerCut(file);
  }
  for (const auto& [path, file] : files_) {
    if (!file.named && random_() % 2 == 0)
      std::filesystem::remove(path);
    else
      std::ofstream(path, std::ios::binary) << afterPowerCut(file);
  }
  ::_exit(kDiskKilled);
}

}  // namespace dwell::tests
