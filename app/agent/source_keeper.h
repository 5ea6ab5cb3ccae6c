#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/agent/source_host.h"
#include "base/error.h"
#include "monitor/source/event_source.h"

namespace dwell::app {

/// Keeps a source of the machine's going: starts it, drives it, and starts it anew when it could not be
/// started or is lost, after 1 s, 2 s, 4 s, … and at last each minute, which costs next to nothing. A source
/// that worked for a minute begins with 1 s again.
/// Threads: the io_context's.
class SourceKeeper {
 public:
  struct Calls {
    std::function<MonoTime()> clock;
    std::function<void()> woken;
    std::function<void(std::vector<schemas::Event>)> events;
    /// It works now, or no more; never called within a call of this class. Not for stop().
    std::function<void()> changed;
  };

  SourceKeeper(boost::asio::io_context& io, std::unique_ptr<monitor::EventSource> source, Calls calls);
  SourceKeeper(const SourceKeeper&) = delete;
  SourceKeeper& operator=(const SourceKeeper&) = delete;

  /// Tries at once: working() tells whether it did. From here on it is kept going.
  void start();
  /// Ends it; what it has not been drained of is lost.
  void stop();
  void drain();

  bool working() const { return host_ != nullptr; }
  /// Why it does not work, and what would help; empty while it does or is not to.
  const std::string& trouble() const { return trouble_; }
  /// Events since start().
  std::int64_t events() const { return events_; }

 private:
  Expected<void> open();
  void retryLater();
  void tellLater();

  boost::asio::io_context& io_;
  std::unique_ptr<monitor::EventSource> source_;
  Calls calls_;
  std::unique_ptr<SourceHost> host_;
  boost::asio::steady_timer retry_;
  int failures_ = 0;
  MonoTime opened_;
  std::string trouble_;
  std::int64_t events_ = 0;
  /// Renewed by start() and stop(): what was under way before is void.
  std::shared_ptr<void> stretch_;
};

}  // namespace dwell::app
