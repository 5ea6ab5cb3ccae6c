#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <functional>
#include <memory>
#include <set>
#include <string>

#include "app/agent/control_request.h"

namespace dwell::app {

/// The control socket: a request a line, an answer a line (schemas/control.schema.json). Only the same user
/// is let in. Threads: the io_context's.
class ControlServer {
 public:
  /// Who asks, for answers that go on.
  class Connection {
   public:
    virtual ~Connection() = default;
    /// Sends whole lines; who does not read them is dropped.
    virtual void send(const std::string& lines) = 0;
    /// `ended` is called once, when the other end sends no more or is gone; what it sends still goes out
    /// first.
    virtual void onEnd(std::function<void()> ended) = 0;
  };
  /// Gives the lines to answer a request with.
  using Answer = std::function<std::string(const ControlRequest&, const std::shared_ptr<Connection>&)>;

  /// Takes over `listening` (listenPrivately); `path` is removed at the end.
  ControlServer(boost::asio::io_context& io, int listening, std::filesystem::path path, Answer answer);
  ~ControlServer();
  ControlServer(const ControlServer&) = delete;
  ControlServer& operator=(const ControlServer&) = delete;

  bool hasSubscribers() const;
  /// Sends a line to all that subscribed; who does not read its lines is dropped.
  void publish(const std::string& line);

 private:
  class Session;
  void accept();

  boost::asio::io_context& io_;
  boost::asio::posix::stream_descriptor listening_;
  std::filesystem::path path_;
  Answer answer_;
  std::set<std::shared_ptr<Session>> sessions_;
};

}  // namespace dwell::app
