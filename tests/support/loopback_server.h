#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

namespace dwell::tests {

/// An HTTP server of one thread on a free port of 127.0.0.1, for tests of clients. It reads a request whole
/// and sends what `respond` gives, byte for byte; an empty answer: it never answers.
class LoopbackServer {
 public:
  using Respond = std::function<std::string(const std::string& request)>;

  enum class Body { kExpected, kNone };  ///< whether requests say how long their body is

  explicit LoopbackServer(Respond respond, Body body = Body::kExpected)
      : respond_(std::move(respond)), body_(body) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
        ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0 || ::pipe(end_) != 0) {
      throw std::system_error(errno, std::generic_category(), "loopback server");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~LoopbackServer() {
    ::close(end_[1]);
    thread_.join();
    ::close(end_[0]);
    ::close(listener_);
  }
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  std::string origin() const { return "http://127.0.0.1:" + std::to_string(port_); }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  /// False: the server ends.
  bool waitFor(int fd) const {
    pollfd both[2] = {{fd, POLLIN, 0}, {end_[0], POLLIN, 0}};
    return ::poll(both, 2, -1) > 0 && both[1].revents == 0;
  }

  void serve() {
    while (waitFor(listener_)) {
      const int peer = ::accept(listener_, nullptr, nullptr);
      if (peer < 0) continue;
      std::string request;
      while (!whole(request) && waitFor(peer)) {
        char bytes[65'536];
        const ssize_t count = ::read(peer, bytes, sizeof(bytes));
        if (count <= 0) break;
        request.append(bytes, static_cast<std::size_t>(count));
      }
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const std::string answer = respond_(request);
      if (answer.empty()) {
        char byte = 0;
        while (waitFor(peer) && ::read(peer, &byte, 1) > 0) {
        }
      }
      (void)::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(peer);
    }
  }

  bool whole(const std::string& request) const {
    const auto head = request.find("\r\n\r\n");
    if (body_ == Body::kNone) return head != std::string::npos;
    const auto length = request.find("Content-Length: ");
    if (head == std::string::npos || length == std::string::npos) return false;
    return request.size() >= head + 4 + std::stoul(request.substr(length + 16));
  }

  Respond respond_;
  Body body_;
  int listener_ = -1;
  int end_[2] = {-1, -1};
  int port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

}  // namespace dwell::tests
