/// dwell-bridge: started by a browser as its native-messaging host, it relays the assistant's frames to the
/// agent's socket and nothing else. It leaves when the browser or the agent does; the assistant then tries
/// again after a while.
///
/// A browser passes arguments of its own (its origin, or a manifest and an id) and allows none in the host's
/// manifest. So where the agent's runtime folder is not the usual one, `dwellctl browser register` names a
/// two-line shell script in the manifest that runs `exec dwell-bridge --runtime-dir R "$@"`.
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>

#include "app/bridge/relay.h"
#include "base/paths.h"

namespace {

constexpr const char* kHelp =
    "dwell-bridge [--runtime-dir R]\n"
    "Relays native-messaging frames between a browser (standard input and output) and dwell-agent.\n"
    "Browsers start it; its manifest is written by `dwellctl browser register`.\n";

int complain(const std::string& text) {
  std::fprintf(stderr, "dwell-bridge: %s\n", text.c_str());
  return 1;
}

/// A connection to the agent; -1 with errno where there is none.
int connectTo(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    return -1;
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  const int agent = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (agent < 0) return -1;
  if (connect(agent, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return agent;
  const int reason = errno;
  close(agent);
  errno = reason;
  return -1;
}

}  // namespace

int main(int argc, char** argv) {
  dwell::PathOptions options;
  if (argc > 1 && std::string_view(argv[1]) == "--help") {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (argc > 2 && std::string_view(argv[1]) == "--runtime-dir") options.runtimeDir = argv[2];
  std::signal(SIGPIPE, SIG_IGN);
  try {
    const auto paths = dwell::findPaths(options);
    if (!paths) return complain(paths.error().message());
    const std::string path = paths->bridgeSocket().string();
    const int agent = connectTo(path);
    if (agent < 0)
      return complain("no agent listens at " + path + " (" + std::strerror(errno) +
                      "); it does not before consent: `dwellctl consent show`, then start dwell-agent");
    dwell::app::relay(STDIN_FILENO, STDOUT_FILENO, agent);
    return 0;
  } catch (const std::exception& error) {
    return complain(error.what());
  }
}
