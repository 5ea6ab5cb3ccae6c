#include "app/agent/launcher.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>
#include <utility>

namespace dwell::app {
namespace {

int upload(char* const* command) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) {
    execv(command[0], command);
    _exit(127);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 255;
}

[[noreturn]] void serve(int fd, char* const* command) {
  prctl(PR_SET_NAME, "dwell-launcher");
  std::signal(SIGPIPE, SIG_IGN);
  for (;;) {
    char asked = 0;
    const ssize_t got = read(fd, &asked, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) _exit(0);
    const char failed = upload(command) != 0 ? 1 : 0;
    if (write(fd, &failed, 1) != 1) _exit(0);
  }
}

}  // namespace

Launcher Launcher::start(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const auto& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    throw std::system_error(errno, std::generic_category(), "the launcher's socket pair");
  const pid_t child = fork();
  if (child < 0) throw std::system_error(errno, std::generic_category(), "starting the launcher");
  if (child == 0) {
    close(ends[0]);
    serve(ends[1], arguments.data());
  }
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return Launcher(ends[0]);
}

Launcher::~Launcher() {
  if (fd_ >= 0) close(fd_);
}

Launcher::Launcher(Launcher&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), running_(std::exchange(other.running_, false)) {}

void Launcher::launch() {
  const char now = 'u';
  if (!running_ && send(fd_, &now, 1, MSG_NOSIGNAL) == 1) running_ = true;
}

std::optional<bool> Launcher::ended() {
  char failed = 0;
  running_ = false;
  if (read(fd_, &failed, 1) != 1) return std::nullopt;
  return failed == 0;
}

}  // namespace dwell::app
