#pragma once

#include <memory>
#include <string>

#include "monitor/source/event_source.h"

namespace dwell::monitor {

/// `lock` and `unlock` of this user's graphical session, `suspend` and `resume` of the machine, from logind
/// (org.freedesktop.login1) on the system bus. Nothing is inhibited, and nothing wakes it but a signal.
///
/// Locked is what the session's LockedHint says. The signal Lock only asks for it: it is believed until
/// Unlock or the hint say otherwise, and no longer than kBelieved unless the hint confirms it, since a locker
/// that tells nobody would leave the session locked for good. (A lock that is missed lets the input age grow;
/// one that never ends would hide attention.)
/// Never waits for the bus: answers come in with the drains, and the first one is due at once. When it is
/// lost, what it had said to be locked or suspended ends.
/// Source: org.freedesktop.login1(5). Threads: one. Errors: no bus (at start); no logind, no answer, a broken
/// connection (at drain).
class LogindSource final : public EventSource {
 public:
  static constexpr Millis kBelieved{10'000};

  /// `address`: a D-Bus address; empty for the system bus.
  explicit LogindSource(std::string address = {});
  ~LogindSource() override;

  Expected<void> start() override;
  int fd() const override;
  Millis settle() const override { return Millis(0); }
  std::optional<MonoTime> deadline() const override;
  Expected<void> drain(MonoTime now, std::vector<schemas::Event>& events) override;

 private:
  class Connection;
  std::string address_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace dwell::monitor
