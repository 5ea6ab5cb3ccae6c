#pragma once

#include <cstdint>
#include <string>

#include "base/frames.h"
#include "monitor/source/browser_messages.h"
#include "monitor/source/event_source.h"

namespace dwell::monitor {

/// The events of one browser: one connection of a dwell-bridge, whose frames it cuts and reads.
/// Bad frames, messages and events are counted and left out, never fatal; the stream stays in step. What was
/// taken is acknowledged at the end of each drain, so that the assistant need not send it again.
/// When the connection ends, drain() gives an error. That does not mean that the browser has gone: its
/// assistant may have been killed, and comes back. Owns the descriptor. Threads: one.
class BrowserSource final : public EventSource {
 public:
  /// `connection`: a connected, non-blocking stream socket. `known`, `losses` as BrowserMessages.
  BrowserSource(int connection, KnownBrowsers& known, Losses& losses);
  ~BrowserSource() override;
  BrowserSource(const BrowserSource&) = delete;
  BrowserSource& operator=(const BrowserSource&) = delete;

  Expected<void> start() override { return {}; }
  int fd() const override { return fd_; }
  /// Read at once: the moment of arrival is what the events' times are reckoned from.
  Millis settle() const override { return Millis(0); }
  std::optional<MonoTime> deadline() const override { return std::nullopt; }
  Expected<void> drain(MonoTime now, std::vector<schemas::Event>& events) override;

  /// Tells the assistant whether inputs are to come from its pages, and takes them or not. Not asked at
  /// first.
  void askForInputs(bool wanted);

  /// What the browser said of itself; none before its first message.
  const std::optional<schemas::BrowserConnected>& connected() const { return messages_.connected(); }
  /// As BrowserMessages.
  bool resumable() const { return messages_.resumable(); }
  bool resumed() const { return messages_.resumed(); }
  bool caughtUp() const { return messages_.caughtUp(); }
  std::int64_t events() const { return events_; }
  /// Why something was left out, the last time; empty if nothing was.
  const std::string& complaint() const { return complaint_; }

 private:
  void complain(const Error& error) { complaint_ = error.message(); }
  void acknowledge();
  void sendWaiting();

  int fd_;
  Losses& losses_;
  FrameReader frames_;
  BrowserMessages messages_;
  std::string unsent_;  ///< the rest of what the connection did not take at once
  std::int64_t events_ = 0;
  std::string complaint_;
};

}  // namespace dwell::monitor
