#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <functional>
#include <list>
#include <memory>
#include <utility>
#include <vector>

#include "app/agent/source_host.h"
#include "monitor/source/browser_source.h"

namespace dwell::app {

/// The socket that bridges connect to, and the browsers behind it. Only the same user is let in. Of two
/// connections of one browser the newer one counts: the older one is a port that the browser has given up.
/// Threads: the io_context's.
class Bridges {
 public:
  struct Calls {
    std::function<MonoTime()> clock;
    std::function<void()> woken;
    std::function<void(std::vector<schemas::Event>)> events;
    /// A browser came or went.
    std::function<void()> changed;
  };

  /// Takes over `listening` (listenPrivately); `path` is removed at the end.
  Bridges(boost::asio::io_context& io, int listening, std::filesystem::path path, Calls calls);
  ~Bridges();
  Bridges(const Bridges&) = delete;
  Bridges& operator=(const Bridges&) = delete;

  /// Takes in now what the browsers have sent.
  void drain();

  /// Ends every connection; the assistants come back within a second or two and say anew what is there.
  void hangUp();

  std::size_t connections() const { return connections_.size(); }
  /// Those that have said who they are.
  std::vector<const monitor::BrowserSource*> browsers() const;
  /// What was lost since the last call.
  monitor::Losses takeLosses() { return std::exchange(losses_, {}); }

 private:
  struct Connection {
    Connection(int fd, monitor::MessageNumbers& numbers, monitor::Losses& losses)
        : source(fd, numbers, losses) {}
    monitor::BrowserSource source;
    std::unique_ptr<SourceHost> host;
    bool greeted = false;
  };
  using Place = std::list<Connection>::iterator;

  void accept();
  void admit(int fd);
  void take(Place from, std::vector<schemas::Event> events);

  boost::asio::io_context& io_;
  boost::asio::posix::stream_descriptor listening_;
  std::filesystem::path path_;
  Calls calls_;
  monitor::MessageNumbers numbers_;
  monitor::Losses losses_;
  std::list<Connection> connections_;
  std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace dwell::app
