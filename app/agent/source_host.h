#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "base/error.h"
#include "monitor/source/event_source.h"
#include "schemas/event.h"

namespace dwell::app {

/// Drives one started EventSource on the event loop: watches its descriptor, lets data settle, drains.
/// No wake-up while the source is quiet. The source must outlive it.
/// Threads: the io_context's.
class SourceHost {
 public:
  struct Calls {
    std::function<MonoTime()> clock;
    /// The source has become readable after a rest: before anything of it is read.
    std::function<void()> woken;
    std::function<void(std::vector<schemas::Event>)> events;
    /// The source is lost; called last, may destroy the host.
    std::function<void(const Error&)> lost;
  };

  SourceHost(boost::asio::io_context& io, monitor::EventSource& source, Calls calls);
  ~SourceHost();
  SourceHost(const SourceHost&) = delete;
  SourceHost& operator=(const SourceHost&) = delete;

  /// Takes in now what the source has, for a flush.
  void drain();

 private:
  void watch();
  void lookAway();
  void drainAfter(Millis pause);

  monitor::EventSource& source_;
  Calls calls_;
  int fd_;  ///< a duplicate: the source owns its own
  /// Open, on fd_, only while it is waited for.
  boost::asio::posix::stream_descriptor watched_;
  boost::asio::steady_timer timer_;
  /// Renewed by every drain: handlers of an earlier wait, which may be queued already, see that it is gone.
  std::shared_ptr<void> wait_;
};

}  // namespace dwell::app
