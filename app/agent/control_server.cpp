#include "app/agent/control_server.h"

#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "app/agent/unix_socket.h"
#include "base/log.h"

namespace dwell::app {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t kMaxLine = 65'536;
constexpr std::size_t kMaxUnread = 4 << 20;
constexpr std::size_t kMaxSessions = 64;

}  // namespace

class ControlServer::Session : public Connection, public std::enable_shared_from_this<Session> {
 public:
  Session(ControlServer& server, int fd)
      : server_(&server), socket_(server.io_, asio::local::stream_protocol(), fd) {}

  void read() {
    asio::async_read_until(socket_, asio::dynamic_buffer(input_, kMaxLine), '\n',
                           [self = shared_from_this()](const error_code& error, std::size_t length) {
                             self->got(error, length);
                           });
  }

  void send(const std::string& lines) override {
    if (server_ == nullptr) return;
    unread_ += lines;
    if (unread_.size() > kMaxUnread) return end();
    if (writing_.empty()) write();
  }

  void onEnd(std::function<void()> ended) override { ended_ = std::move(ended); }

  bool subscribed() const { return subscribed_; }

  /// Without the server there is nobody to ask.
  void end() {
    error_code ignored;
    socket_.close(ignored);
    // Not from here: who sends may be in the middle of what its end changes.
    if (auto ended = std::exchange(ended_, {})) asio::post(socket_.get_executor(), std::move(ended));
    if (auto* server = std::exchange(server_, nullptr)) server->sessions_.erase(shared_from_this());
  }

 private:
  void got(const error_code& error, std::size_t length) {
    if (server_ == nullptr) return;
    if (error == asio::error::not_found)  // the buffer is full, without an end of line
      send(refusal({"a line that is too long", "request", std::to_string(kMaxLine) + " bytes"}));
    if (error) {
      ending_ = true;
      if (const auto ended = std::exchange(ended_, {})) ended();
      return writing_.empty() ? end() : void();
    }
    const auto request = decodeControlRequest(std::string_view(input_).substr(0, length - 1));
    input_.erase(0, length);
    if (request && request->command == ControlRequest::Command::kSubscribe) subscribed_ = true;
    send(request ? server_->answer_(*request, shared_from_this()) : refusal(request.error()));
    if (server_ != nullptr) read();
  }

  void write() {
    writing_ = std::exchange(unread_, {});
    asio::async_write(socket_, asio::buffer(writing_),
                      [self = shared_from_this()](const error_code& error, std::size_t) {
                        self->writing_.clear();
                        if (error) return self->end();
                        if (!self->unread_.empty()) return self->write();
                        if (self->ending_) self->end();
                      });
  }

  ControlServer* server_;
  asio::local::stream_protocol::socket socket_;
  std::string input_;
  std::string writing_, unread_;
  std::function<void()> ended_;
  bool subscribed_ = false;
  bool ending_ = false;
};

ControlServer::ControlServer(asio::io_context& io, int listening, std::filesystem::path path, Answer answer)
    : io_(io), listening_(io, listening), path_(std::move(path)), answer_(std::move(answer)) {
  accept();
}

ControlServer::~ControlServer() {
  unlink(path_.c_str());
  while (!sessions_.empty()) (*sessions_.begin())->end();
}

void ControlServer::accept() {
  listening_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
    if (error) return;
    const int fd = accept4(listening_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd >= 0 && sameUser(fd) && sessions_.size() < kMaxSessions) {
      const auto session = *sessions_.insert(std::make_shared<Session>(*this, fd)).first;
      session->read();
    } else if (fd >= 0) {
      logWarn("a connection to the control socket was refused");
      ::close(fd);
    }
    accept();
  });
}

bool ControlServer::hasSubscribers() const {
  for (const auto& session : sessions_)
    if (session->subscribed()) return true;
  return false;
}

void ControlServer::publish(const std::string& line) {
  const auto sessions = sessions_;  // sending may end one
  for (const auto& session : sessions)
    if (session->subscribed()) session->send(line);
}

}  // namespace dwell::app
