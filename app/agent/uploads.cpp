#include "app/agent/uploads.h"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "base/log.h"

namespace dwell::app {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

uploader::UploadRhythm rhythm(const Settings& settings) {
  return {settings.uploadFirstAfter, settings.uploadInterval};
}

}  // namespace

Uploads::Uploads(asio::io_context& io, const Settings& settings, Launcher launcher, Calls calls)
    : launcher_(std::move(launcher)),
      calls_(std::move(calls)),
      ended_(io),
      timer_(io),
      schedule_(rhythm(settings), readBootTime()) {
  ended_.assign(fcntl(launcher_.fd(), F_DUPFD_CLOEXEC, 0));
}

void Uploads::start() {
  watch();
  plan();
}

void Uploads::anew(const Settings& settings) {
  schedule_ = uploader::UploadSchedule(rhythm(settings), readBootTime());
  plan();
}

void Uploads::happened() {
  schedule_.happened();
  plan();
}

void Uploads::plan() {
  timer_.cancel();
  const auto due = schedule_.due();
  if (!due || launcher_.running()) return;
  timer_.expires_after(std::max(Millis(0), *due - readBootTime()));
  timer_.async_wait([this](const error_code& error) {
    if (!error) launch();
  });
}

void Uploads::launch() {
  if (!calls_.wanted()) {
    schedule_.ran(readBootTime(), std::nullopt);
    return;
  }
  calls_.before();
  launcher_.launch();
}

void Uploads::watch() {
  ended_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const error_code& error) {
    if (error) return;
    if (!launcher_.ended()) {
      logError("the launcher is gone: nothing is uploaded until dwell-agent is started anew");
      return;
    }
    schedule_.ran(readBootTime(), calls_.retryIn());
    plan();
    calls_.after();
    watch();
  });
}

}  // namespace dwell::app
