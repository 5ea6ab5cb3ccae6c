#include "app/agent/source_host.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace dwell::app {
namespace {

int duplicate(int fd) {
  const int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) throw std::system_error(errno, std::generic_category(), "duplicating a descriptor");
  return copy;
}

}  // namespace

SourceHost::SourceHost(boost::asio::io_context& io, monitor::EventSource& source, Calls calls)
    : source_(source), calls_(std::move(calls)), fd_(duplicate(source.fd())), watched_(io), timer_(io) {
  watch();
}

SourceHost::~SourceHost() {
  lookAway();
  close(fd_);
}

/// Asio leaves a descriptor in its epoll set, edge-triggered, also while nobody waits for it: each event that
/// came in while data settles would wake the program, which is what settling is to spare.
void SourceHost::lookAway() {
  if (watched_.is_open()) watched_.release();
}

void SourceHost::watch() {
  wait_ = std::make_shared<char>();
  if (!watched_.is_open()) watched_.assign(fd_);
  watched_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                      [this, wait = std::weak_ptr(wait_)](const boost::system::error_code& error) {
                        if (error || wait.expired()) return;
                        calls_.woken();
                        if (source_.settle() == Millis(0)) return drain();
                        lookAway();
                        drainAfter(source_.settle());
                      });
  if (const auto deadline = source_.deadline()) drainAfter(std::max(Millis(0), *deadline - calls_.clock()));
}

void SourceHost::drainAfter(Millis pause) {
  timer_.expires_after(pause);
  timer_.async_wait([this, wait = std::weak_ptr(wait_)](const boost::system::error_code& error) {
    if (!error && !wait.expired()) drain();
  });
}

void SourceHost::drain() {
  wait_.reset();
  timer_.cancel();
  if (source_.settle() == Millis(0))
    watched_.cancel();
  else
    lookAway();
  std::vector<schemas::Event> events;
  const auto drained = source_.drain(calls_.clock(), events);
  calls_.events(std::move(events));
  if (drained) return watch();
  // The call may end this object, and with it the members.
  const auto lost = calls_.lost;
  lost(drained.error());
}

}  // namespace dwell::app
