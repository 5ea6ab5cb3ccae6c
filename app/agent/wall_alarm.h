#pragma once

#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <cerrno>
#include <functional>
#include <optional>
#include <system_error>
#include <utility>

#include "base/time.h"

namespace dwell::app {

/// Calls at a time of the wall clock: also when the machine slept over it (then as it wakes) or the clock was
/// set past it, which timers of the time awake do not see.
/// Threads: the event thread.
class WallAlarm {
 public:
  WallAlarm(boost::asio::io_context& io, std::function<void()> call)
      : call_(std::move(call)), fd_(io, timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)) {
    wait();
  }

  /// Once, at `time`, instead of what was set before; at none: not at all.
  void set(std::optional<WallTime> time) {
    itimerspec spec{};
    if (time) {
      const std::int64_t ms = std::max<std::int64_t>(toMs(*time), 1);  // 0 would mean never
      spec.it_value.tv_sec = ms / 1'000;
      spec.it_value.tv_nsec = ms % 1'000 * 1'000'000;
    }
    if (timerfd_settime(fd_.native_handle(), TFD_TIMER_ABSTIME, &spec, nullptr) != 0)
      throw std::system_error(errno, std::generic_category(), "timerfd_settime");
  }

 private:
  void wait() {
    fd_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                   [this](const boost::system::error_code& error) {
                     if (error) return;
                     std::uint64_t times = 0;
                     const bool rang = ::read(fd_.native_handle(), &times, sizeof times) > 0;
                     if (rang) call_();
                     wait();
                   });
  }

  std::function<void()> call_;
  boost::asio::posix::stream_descriptor fd_;
};

}  // namespace dwell::app
