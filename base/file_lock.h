#pragma once

#include <filesystem>
#include <optional>
#include <utility>

namespace dwell {

/// A lock on `file` (made if absent, 0600) that at most one process holds; it goes with the object, and with
/// the process. Throws std::system_error where the file can't be made.
class FileLock {
 public:
  /// None: another holds it.
  static std::optional<FileLock> take(const std::filesystem::path& file);
  ~FileLock();
  FileLock(FileLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileLock& operator=(FileLock&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }

 private:
  explicit FileLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace dwell
