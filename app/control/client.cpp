#include "app/control/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

namespace dwell::app {
namespace {

constexpr timeval kAnswerTimeout{10, 0};
constexpr timeval kErasureTimeout{30 * 60, 0};
constexpr std::size_t kLongestLine = 64 << 20;

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

/// Lines from a socket.
class Lines {
 public:
  explicit Lines(int fd) : fd_(fd) {}

  /// The next line, without its end; it holds until the next call. Nothing at the other end's end.
  /// Errors: nothing came within the socket's timeout, a line beyond all measure.
  Expected<std::optional<std::string_view>> next() {
    buffer_.erase(0, std::exchange(given_, 0));
    std::size_t searched = 0;
    for (;;) {
      if (const auto end = buffer_.find('\n', searched); end != std::string::npos) {
        given_ = end + 1;
        return std::string_view(buffer_).substr(0, end);
      }
      searched = buffer_.size();
      if (searched > kLongestLine) return failure("the agent's answer is too long");
      char chunk[16 * 1024];
      const auto got = ::recv(fd_, chunk, sizeof chunk, 0);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return failure("the agent did not answer within 10 s", {}, "dwellctl doctor to tell why");
      if (got == 0) return std::nullopt;
      buffer_.append(chunk, static_cast<std::size_t>(got));
    }
  }
  /// Whether next() would not wait.
  bool ready() const { return buffer_.find('\n', given_) != std::string::npos; }

 private:
  int fd_;
  std::string buffer_;
  std::size_t given_ = 0;
};

Expected<void> connectTo(const Socket& socket, const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return failure("the path of the control socket is too long", path,
                   "at most 107 bytes: a shorter --runtime-dir");
  }
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (socket.fd() < 0) return failure(std::string("no socket: ") + std::strerror(errno));
  setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerTimeout, sizeof kAnswerTimeout);
  setsockopt(socket.fd(), SOL_SOCKET, SO_SNDTIMEO, &kAnswerTimeout, sizeof kAnswerTimeout);
  if (::connect(socket.fd(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return failure("no agent is running here", path, "dwell-agent started with the same --runtime-dir");
  }
  return {};
}

/// The answer to a request, or what it says is wrong.
Expected<nlohmann::ordered_json> readAnswer(Lines& lines, const std::string& path) {
  const auto line = lines.next();
  if (!line) return tl::unexpected(line.error());
  if (!*line) return failure("the agent closed the connection without an answer");
  auto answer = nlohmann::ordered_json::parse(**line, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return failure("the agent's answer is no JSON object", path);
  if (!answer.value("ok", false)) {
    return failure(answer.value("error", std::string("the agent refused")), "agent",
                   answer.value("expected", std::string()));
  }
  return answer;
}

}  // namespace

Expected<nlohmann::ordered_json> ControlClient::ask(const nlohmann::ordered_json& request) const {
  const Socket socket;
  if (auto connected = connectTo(socket, socket_.string()); !connected)
    return tl::unexpected(connected.error());
  if (request.value("command", "") == "erase")
    setsockopt(socket.fd(), SOL_SOCKET, SO_RCVTIMEO, &kErasureTimeout, sizeof kErasureTimeout);
  if (auto sent = sendAll(socket.fd(), request.dump() + "\n"); !sent) return tl::unexpected(sent.error());
  Lines lines(socket.fd());
  return readAnswer(lines, socket_.string());
}

Expected<void> ControlClient::record(int stop, const std::function<bool(std::string_view)>& line) const {
  const Socket socket;
  if (auto connected = connectTo(socket, socket_.string()); !connected) return connected;
  if (auto sent = sendAll(socket.fd(), "{\"command\":\"record\"}\n"); !sent) return sent;
  Lines lines(socket.fd());
  if (auto answer = readAnswer(lines, socket_.string()); !answer) return tl::unexpected(answer.error());
  pollfd waiting[] = {{socket.fd(), POLLIN, 0}, {stop, POLLIN, 0}};
  for (;;) {
    if (!lines.ready()) {
      if (::poll(waiting, 2, -1) < 0) continue;  // EINTR
      if (waiting[1].revents != 0) {
        waiting[1].fd = -1;
        ::shutdown(socket.fd(), SHUT_WR);  // "I send no more": the agent ends the trace
      }
      if (waiting[0].revents == 0) continue;
    }
    const auto next = lines.next();
    if (!next) return tl::unexpected(next.error());
    if (!*next) return {};
    if (!line(**next)) return {};
  }
}

}  // namespace dwell::app
