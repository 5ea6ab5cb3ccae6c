#include "app/control/client.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>

namespace dwell::app {
namespace {

constexpr timeval kAnswerTimeout{10, 0};
constexpr std::size_t kLongestAnswer = 4 * 1024 * 1024;

class Socket {
 public:
  Socket() : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
  ~Socket() {
    if (fd_ >= 0) ::close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  int fd_;
};

Expected<void> sendAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto sent = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    if (sent < 0) return failure(std::string("the agent closed the connection: ") + std::strerror(errno));
    text.remove_prefix(static_cast<std::size_t>(sent));
  }
  return {};
}

Expected<std::string> readLine(int fd) {
  std::string line;
  char buffer[16 * 1024];
  while (line.size() < kLongestAnswer) {
    const auto got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failure("the agent did not answer within 10 s", {}, "dwellctl doctor to tell why");
    if (got == 0) return failure("the agent closed the connection without an answer");
    line.append(buffer, static_cast<std::size_t>(got));
    if (const auto end = line.find('\n'); end != std::string::npos) return line.substr(0, end);
  }
  return failure("the agent's answer is too long");
}

}  // namespace

Expected<nlohmann::ordered_json> ControlClient::ask(const nlohmann::ordered_json& request) const {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const std::string path = socket_.string();
  if (path.size() >= sizeof address.sun_path) {
    return failure("the path of the control socket is too long", path,
                   "at most 107 bytes: a shorter --runtime-dir");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);

  const Socket socket;
  if (socket.fd() < 0) return failure(std::string("no socket: ") + std::strerror(errno));
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTimeout, sizeof kAnswerTimeout);
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &kAnswerTimeout, sizeof kAnswerTimeout);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failure("no agent is running here", path, "dwell-agent started with the same --runtime-dir");
  }
  if (auto sent = sendAll(socket.fd(), request.dump() + "\n"); !sent) return tl::unexpected(sent.error());
  auto line = readLine(socket.fd());
  if (!line) return tl::unexpected(line.error());

  auto answer = nlohmann::ordered_json::parse(*line, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return failure("the agent's answer is no JSON object", path);
  if (!answer.value("ok", false)) {
    return failure(answer.value("error", std::string("the agent refused")), "agent",
                   answer.value("expected", std::string()));
  }
  return answer;
}

}  // namespace dwell::app
