#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <optional>

#include "app/agent/launcher.h"
#include "base/settings.h"
#include "uploader/upload_schedule.h"

namespace dwell::app {

/// Asks the launcher for dwell-upload when the schedule says so.
/// Threads: the event thread.
class Uploads {
 public:
  struct Calls {
    /// Whether there is anybody to send to, and consent. Asked when an upload is due.
    std::function<bool()> wanted;
    /// Before an upload starts: everything measured so far is to be in the store.
    std::function<void()> before;
    /// After one has ended: how long until dwell-upload wants to be run again after a failure.
    std::function<std::optional<Millis>()> retryIn;
    /// After one has ended, whatever came of it.
    std::function<void()> after;
  };
  Uploads(boost::asio::io_context& io, const Settings& settings, Launcher launcher, Calls calls);

  void start();
  void stop() { timer_.cancel(); }
  /// Settings, consent or enrolment have changed: what waited for them may go.
  void anew(const Settings& settings);
  /// Something was recorded that is worth a report.
  void happened();
  std::optional<MonoTime> due() const { return schedule_.due(); }

 private:
  void plan();
  void launch();
  void watch();

  Launcher launcher_;
  Calls calls_;
  boost::asio::posix::stream_descriptor ended_;
  boost::asio::steady_timer timer_;
  uploader::UploadSchedule schedule_;
};

}  // namespace dwell::app
