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

BrowserSource::BrowserSource(int connection, KnownBrowsers& known, Losses& losses)
    : fd_(connection), losses_(losses), messages_(known, losses) {}

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
      close(fd_);
      fd_ = -1;
      return failure("the browser's connection has ended", "bridge");
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
  acknowledge();
  return {};
}

void BrowserSource::acknowledge() {
  // A browser that does not read gets no more than one round of them: the next message renews them.
  if (unsent_.empty()) {
    for (const auto& [born, number] : messages_.takeAcknowledgements())
      appendFrame(unsent_, R"({"v":1,"acknowledged":{"born":)" + std::to_string(born) + R"(,"seq":)" +
                               std::to_string(number) + "}}");
  }
  sendWaiting();
}

void BrowserSource::askForInputs(bool wanted) {
  messages_.takeInputs(wanted);
  appendFrame(unsent_, std::string(R"({"v":1,"inputs":")") + (wanted ? "page" : "agent") + "\"}");
  sendWaiting();
}

void BrowserSource::sendWaiting() {
  while (!unsent_.empty()) {
    const ssize_t sent = send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    // That the other end is gone is seen when it is read from.
    if (sent <= 0) return;
    unsent_.erase(0, static_cast<std::size_t>(sent));
  }
}

}  // namespace dwell::monitor
