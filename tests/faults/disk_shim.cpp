// Loaded into a real program (LD_PRELOAD): the disk under one folder breaks as a test says.
//   DWELL_SHIM_UNDER    files whose path begins so
//   DWELL_SHIM_MODE     a file of one letter, looked at with each call: F the disk is full, R it is read-only
//   DWELL_SHIM_KILL_AT  the number of the change at which the program is killed in place of it (kill -9)
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

/// The real function of this name.
template <class Function>
Function real(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool isUnder(const char* path) {
  const char* const under = std::getenv("DWELL_SHIM_UNDER");
  return under != nullptr && path != nullptr && std::strncmp(path, under, std::strlen(under)) == 0;
}

bool isUnder(int fd) {
  char link[64], path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = ::readlink(link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return isUnder(path);
}

char mode() {
  const char* const file = std::getenv("DWELL_SHIM_MODE");
  if (file == nullptr) return 0;
  static const auto realOpen = real<int (*)(const char*, int, ...)>("open64");
  const int fd = realOpen(file, O_RDONLY | O_CLOEXEC);
  char letter = 0;
  if (fd >= 0 && ::read(fd, &letter, 1) != 1) letter = 0;
  ::close(fd);
  return letter;
}

/// 0, or the error that a change meets.
int change() {
  static std::atomic<long> changes = 0;
  const char* const at = std::getenv("DWELL_SHIM_KILL_AT");
  const long now = ++changes;
  if (at != nullptr && now == std::atol(at)) ::kill(::getpid(), SIGKILL);
  const char letter = mode();
  return letter == 'F' ? ENOSPC : letter == 'R' ? EROFS : 0;
}

int changeOf(int fd) { return isUnder(fd) ? change() : 0; }

template <class Result>
Result failed(int error) {
  errno = error;
  return static_cast<Result>(-1);
}

int openIn(const char* name, const char* path, int flags, mode_t permissions) {
  if (isUnder(path) && (flags & O_ACCMODE) != O_RDONLY) {
    const char letter = mode();
    if (letter == 'R') return failed<int>(EROFS);
    if (letter == 'F' && (flags & O_CREAT) != 0 && ::access(path, F_OK) != 0) return failed<int>(ENOSPC);
  }
  return real<int (*)(const char*, int, ...)>(name)(path, flags, permissions);
}

}  // namespace

// The headers declare some of these with attributes of their own.
#pragma GCC visibility push(default)
extern "C" {

ssize_t write(int fd, const void* data, size_t size) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t)>("write");
  if (const int error = changeOf(fd); error != 0) return failed<ssize_t>(error);
  return next(fd, data, size);
}

ssize_t pwrite64(int fd, const void* data, size_t size, off64_t offset) {
  static const auto next = real<ssize_t (*)(int, const void*, size_t, off64_t)>("pwrite64");
  if (const int error = changeOf(fd); error != 0) return failed<ssize_t>(error);
  return next(fd, data, size, offset);
}

ssize_t pwrite(int fd, const void* data, size_t size, off_t offset) {
  return pwrite64(fd, data, size, offset);
}

int ftruncate64(int fd, off64_t size) {
  static const auto next = real<int (*)(int, off64_t)>("ftruncate64");
  if (const int error = changeOf(fd); error != 0) return failed<int>(error);
  return next(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int unlink(const char* path) {
  static const auto next = real<int (*)(const char*)>("unlink");
  if (isUnder(path)) change();  // to delete is possible on a full disk
  return next(path);
}

int rename(const char* from, const char* to) {
  static const auto next = real<int (*)(const char*, const char*)>("rename");
  if (isUnder(to)) change();
  return next(from, to);
}

int remove(const char* path) {
  static const auto next = real<int (*)(const char*)>("remove");
  if (isUnder(path)) change();
  return next(path);
}

int open(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto permissions = static_cast<mode_t>(va_arg(rest, int));
  va_end(rest);
  return openIn("open", path, flags, permissions);
}

int open64(const char* path, int flags, ...) {
  va_list rest;
  va_start(rest, flags);
  const auto permissions = static_cast<mode_t>(va_arg(rest, int));
  va_end(rest);
  return openIn("open64", path, flags, permissions);
}
}
#pragma GCC visibility pop
