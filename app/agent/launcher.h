#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dwell::app {

/// Starts dwell-upload for an agent that may not: a child inherits the agent's confinement, and an uploader
/// without sockets is none. So, before the agent confines itself, this forks a small process that has
/// nothing of the agent but one end of a socket pair; a byte there means "upload now", a byte back that the
/// upload has ended. It ends when the agent's end is closed.
/// Threads: event thread only; start() before any other thread, any lock and any connection exists.
class Launcher {
 public:
  /// `command`: program and arguments. Throws std::system_error.
  static Launcher start(const std::vector<std::string>& command);
  ~Launcher();
  Launcher(Launcher&& other) noexcept;
  Launcher& operator=(Launcher&&) = delete;

  /// Becomes readable when an upload has ended (or the launcher itself).
  int fd() const { return fd_; }
  bool running() const { return running_; }
  /// Starts an upload, unless one is running or the launcher is gone.
  void launch();
  /// After fd() became readable: whether the upload went well; none if the launcher is gone.
  std::optional<bool> ended();

 private:
  explicit Launcher(int fd) : fd_(fd) {}
  int fd_;
  bool running_ = false;
};

}  // namespace dwell::app
