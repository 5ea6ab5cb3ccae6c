#include "app/agent/unix_socket.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include "base/paths.h"

namespace dwell::app {
namespace {

constexpr int kBacklog = 16;

tl::unexpected<Error> systemFailure(const std::string& path, int fd) {
  const int reason = errno;
  if (fd >= 0) close(fd);
  return failure(std::string("cannot listen: ") + std::strerror(reason), path);
}

}  // namespace

Expected<int> listenPrivately(const std::filesystem::path& path) {
  if (auto made = makePrivateFolder(path.parent_path()); !made) return tl::unexpected(made.error());
  const std::string name = path.string();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() >= sizeof address.sun_path)
    return failure("the path of the socket is too long", name, "at most 107 bytes: a shorter --runtime-dir");
  std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
  const auto* where = reinterpret_cast<const sockaddr*>(&address);

  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (probe < 0) return systemFailure(name, -1);
  const bool answered = connect(probe, where, sizeof address) == 0 || errno == EAGAIN;
  close(probe);
  if (answered)
    return failure("another agent listens here", name,
                   "one agent per runtime folder: end it, or --runtime-dir");
  unlink(name.c_str());

  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return systemFailure(name, -1);
  // The folder is 0700, so nobody else can come between bind and chmod.
  if (bind(fd, where, sizeof address) != 0 || chmod(name.c_str(), S_IRUSR | S_IWUSR) != 0 ||
      listen(fd, kBacklog) != 0)
    return systemFailure(name, fd);
  return fd;
}

bool sameUser(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  return getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.uid == geteuid();
}

int parentOfPeer(int connection) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return -1;
  std::ifstream stat("/proc/" + std::to_string(peer.pid) + "/stat");
  std::string line;
  std::getline(stat, line);
  // "PID (NAME) STATE PARENT …", and the name may hold anything.
  const auto name = line.rfind(')');
  if (name == std::string::npos || line.size() < name + 5) return -1;
  const int parent = std::atoi(line.c_str() + name + 4);
  // 1: whoever started it has ended, and it was given to init.
  return parent > 1 ? static_cast<int>(syscall(SYS_pidfd_open, parent, 0)) : -1;
}

}  // namespace dwell::app
