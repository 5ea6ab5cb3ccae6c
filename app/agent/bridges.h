#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
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
/// A connection that ends while its browser runs on is one of an assistant that was killed: as long as
/// nothing happens in the browser, nothing has changed, and when something does the assistant is back. So the
/// browser is told to have gone (browser_disconnected) only when its process has ended, or when the assistant
/// stays away. Threads: the io_context's.
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

  /// Whether inputs come from the pages of all browsers, those to come as well. Not at first.
  void askForInputs(bool wanted);

  /// Takes in now what the browsers have sent.
  void drain();

  /// Ends every connection; the assistants come back within a second or two and say anew what is there.
  void hangUp();

  /// Whether a browser that runs on has more to tell of a time that is past: its assistant was killed and is
  /// not back, or is back and has not yet told all that waited for it.
  bool catchingUp() const;

  std::size_t connections() const { return connections_.size(); }
  /// Those that have said who they are.
  std::vector<const monitor::BrowserSource*> browsers() const;
  /// What was lost since the last call.
  monitor::Losses takeLosses() { return std::exchange(losses_, {}); }

 private:
  struct Connection {
    Connection(int fd, boost::asio::posix::stream_descriptor browserProcess, monitor::KnownBrowsers& known,
               monitor::Losses& losses)
        : source(fd, known, losses), process(std::move(browserProcess)) {}
    monitor::BrowserSource source;
    boost::asio::posix::stream_descriptor process;  ///< closed where it is not known
    std::unique_ptr<SourceHost> host;
    bool greeted = false;
    MonoTime since{};  ///< greeted
  };
  using Place = std::list<Connection>::iterator;
  /// A browser without an assistant.
  struct Absent {
    schemas::BrowserId browser;
    boost::asio::posix::stream_descriptor process;
    boost::asio::steady_timer patience;
    std::shared_ptr<void> here;
  };

  void accept();
  void admit(int fd);
  void take(Place from, std::vector<schemas::Event> events);
  void ended(Place connection);
  void await(const schemas::BrowserId& browser, boost::asio::posix::stream_descriptor process);
  void gone(const schemas::BrowserId& browser);

  boost::asio::io_context& io_;
  boost::asio::posix::stream_descriptor listening_;
  std::filesystem::path path_;
  Calls calls_;
  monitor::KnownBrowsers known_;
  monitor::Losses losses_;
  bool inputs_ = false;
  std::list<Connection> connections_;
  std::list<Absent> absent_;
  std::shared_ptr<void> alive_ = std::make_shared<char>();
};

}  // namespace dwell::app
