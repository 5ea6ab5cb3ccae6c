#include "monitor/source/browser_source.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

namespace dwell::monitor {
namespace {

/// At most this much a drain, so that one browser cannot keep the others and the hook waiting.
constexpr std::size_t kMaxBytesPerDrain = 4 * kMaxFrameBytes;

}  // namespace

BrowserSource::BrowserSource(int connection, MessageNumbers& numbers, Losses& losses)
    : fd_(connection), losses_(losses), messages_(numbers, losses) {}

BrowserSource::~BrowserSource() {
  if (fd_ >= 0) close(fd_);
}

Expected<void> BrowserSource::drain(MonoTime now, std::vector<schemas::Event>& events) {
  const std::size_t before = events.size();
  std::array<char, 65'536> piece;
  for (std::size_t taken = 0; taken < kMaxBytesPerDrain;) {
    const ssize_t got = recv(fd_, piece.data(), piece.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (got <= 0) {
      events_ += static_cast<std::int64_t>(events.size() - before);
      return ended(now, events);
    }
    taken += static_cast<std::size_t>(got);
    frames_.add({piece.data(), static_cast<std::size_t>(got)});
    for (;;) {
      const auto frame = frames_.next();
      if (!frame) {
        ++losses_["message_refused"];
        complain(frame.error());
        continue;
      }
      if (!*frame) break;
      if (const auto read = messages_.read(**frame, now, events); !read) complain(read.error());
    }
  }
  events_ += static_cast<std::int64_t>(events.size() - before);
  return {};
}

Expected<void> BrowserSource::ended(MonoTime now, std::vector<schemas::Event>& events) {
  if (connected()) events.push_back({now, schemas::BrowserDisconnected{connected()->browser}});
  close(fd_);
  fd_ = -1;
  return failure("the browser's connection has ended", "bridge");
}

}  // namespace dwell::monitor
