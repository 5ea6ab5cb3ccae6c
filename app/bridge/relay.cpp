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

  /// Gives whether that was all there was.
  bool readSome() {
    std::array<char, 65'536> piece;
    const ssize_t got = ::read(from_, piece.data(), piece.size());
    if (got < 0 && wouldBlock()) return true;
    if (got <= 0) {
      open_ = false;
      return true;
    }
    const bool all = static_cast<std::size_t>(got) < piece.size();
    frames_.add({piece.data(), static_cast<std::size_t>(got)});
    for (;;) {
      const auto frame = frames_.next();
      if (!frame) {
        std::fprintf(stderr, "dwell-bridge: %s\n", frame.error().message().c_str());
        continue;
      }
      if (!*frame) {
        writeSome();
        return all;
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
  Clock::time_point lastUp{};
  bool rests = false;  // something has come from the browser, and waits for more
  while (up.open() && down.open()) {
    // What nothing is wanted of is left out (-1), or its hang-up would be reported over and over.
    const auto watched = [](int fd, int wanted) {
      return pollfd{wanted == 0 ? -1 : fd, static_cast<short>(wanted), 0};
    };
    std::array<pollfd, 3> polled = {watched(fromBrowser, rests ? 0 : up.wantedFrom()),
                                    watched(agent, up.wantedTo() | down.wantedFrom()),
                                    watched(toBrowser, down.wantedTo())};
    const bool readsSoon = rests && up.wantedFrom() != 0;
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(lastUp + together - Clock::now()).count();
    const int patience = readsSoon ? static_cast<int>(std::max<std::int64_t>(rest, 0)) : -1;
    if (poll(polled.data(), polled.size(), patience) < 0) {
      if (errno == EINTR) continue;
      throw std::system_error(errno, std::generic_category(), "poll");
    }
    constexpr short kGone = POLLHUP | POLLERR;
    if ((polled[1].revents & POLLOUT) != 0) up.writeSome();
    if ((polled[2].revents & (POLLOUT | kGone)) != 0) down.writeSome();
    const bool came = (polled[0].revents & (POLLIN | kGone)) != 0;
    const auto now = Clock::now();
    if (came && now < lastUp + together) {
      rests = true;
    } else if (came || (readsSoon && now >= lastUp + together)) {
      rests = false;
      lastUp = up.readSome() ? now : Clock::time_point{};
    }
    if ((polled[1].revents & (POLLIN | kGone)) != 0 && down.wantedFrom() != 0) down.readSome();
  }
}

}  // namespace dwell::app
