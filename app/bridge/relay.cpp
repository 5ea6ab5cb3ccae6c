#include "app/bridge/relay.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <system_error>

#include "base/frames.h"

namespace dwell::app {
namespace {

void makeNonBlocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
    throw std::system_error(errno, std::generic_category(), "a descriptor of the relay");
}

using Clock = std::chrono::steady_clock;

bool wouldBlock() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

/// One direction.
class Stream {
 public:
  Stream(int from, int to) : from_(from), to_(to) {}

  bool open() const { return open_; }
  /// Reads on only when everything was taken, so that a slow taker costs no memory.
  short wantedFrom() const { return static_cast<short>(pending_.empty() ? POLLIN : 0); }
  short wantedTo() const { return static_cast<short>(pending_.empty() ? 0 : POLLOUT); }

  enum class Read { kNothing, kAll, kMaybeMore };
  Read readSome() {
    std::array<char, 65'536> piece;
    const ssize_t got = ::read(from_, piece.data(), piece.size());
    if (got < 0 && wouldBlock()) return Read::kNothing;
    if (got <= 0) {
      open_ = false;
      return Read::kNothing;
    }
    const Read read = static_cast<std::size_t>(got) < piece.size() ? Read::kAll : Read::kMaybeMore;
    frames_.add({piece.data(), static_cast<std::size_t>(got)});
    for (;;) {
      const auto frame = frames_.next();
      if (!frame) {
        std::fprintf(stderr, "dwell-bridge: %s\n", frame.error().message().c_str());
        continue;
      }
      if (!*frame) {
        writeSome();
        return read;
      }
      appendFrame(pending_, **frame);
    }
  }

  void writeSome() {
    while (!pending_.empty()) {
      const ssize_t put = ::write(to_, pending_.data(), pending_.size());
      if (put < 0 && wouldBlock()) return;
      if (put <= 0) {
        pending_.clear();
        open_ = false;
        return;
      }
      pending_.erase(0, static_cast<std::size_t>(put));
    }
  }

 private:
  int from_, to_;
  FrameReader frames_;
  std::string pending_;
  bool open_ = true;
};

}  // namespace

void relay(int fromBrowser, int toBrowser, int agent, std::chrono::milliseconds together) {
  makeNonBlocking(fromBrowser);
  makeNonBlocking(toBrowser);
  makeNonBlocking(agent);
  Stream up(fromBrowser, agent), down(agent, toBrowser);
  std::optional<Clock::time_point> restsUntil;  // something has just come from the browser
  while (up.open() && down.open()) {
    // What nothing is wanted of is left out (-1), or its hang-up would be reported over and over.
    const auto watched = [](int fd, int wanted) {
      return pollfd{wanted == 0 ? -1 : fd, static_cast<short>(wanted), 0};
    };
    const int reads = restsUntil ? 0 : POLLIN;
    std::array<pollfd, 3> polled = {watched(fromBrowser, reads & up.wantedFrom()),
                                    watched(agent, up.wantedTo() | (reads & down.wantedFrom())),
                                    watched(toBrowser, down.wantedTo())};
    int patience = -1;
    if (restsUntil) {
      const auto rest = std::chrono::ceil<std::chrono::milliseconds>(*restsUntil - Clock::now()).count();
      patience = static_cast<int>(std::max<std::int64_t>(rest, 0));
    }
    const int ready = poll(polled.data(), polled.size(), patience);
    if (ready < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    constexpr short kGone = POLLHUP | POLLERR;
    if ((polled[1].revents & POLLOUT) != 0) up.writeSome();
    if ((polled[2].revents & (POLLOUT | kGone)) != 0) down.writeSome();
    const bool rested = restsUntil && ready == 0;
    if (rested) restsUntil.reset();
    if (up.wantedFrom() != 0 && (rested || (polled[0].revents & (POLLIN | kGone)) != 0)) {
      // After a rest there need be nothing; what is more than one read goes on without one.
      if (up.readSome() == Stream::Read::kAll) restsUntil = Clock::now() + together;
    }
    if (down.wantedFrom() != 0 && (rested || (polled[1].revents & (POLLIN | kGone)) != 0)) down.readSome();
  }
}

}  // namespace dwell::app
