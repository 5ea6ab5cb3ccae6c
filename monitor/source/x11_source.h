#pragma once

#include <memory>
#include <string>

#include "monitor/source/event_source.h"

namespace dwell::monitor {

/// Inputs of the whole machine by XInput2 raw events of the master devices (announcing 2.2: with less, grabs
/// of other programs hide them). Gives `input` events: kinds, key classes, motion slots, flagged synthetic
/// where XTEST made them. Key codes live no longer than a drain and go nowhere.
///
/// Presses only: auto-repeat is one press, and releases would double every key. Buttons 4–7 are scroll steps
/// (counted by their press, also where the server emulates them from smooth scrolling, whose own valuators
/// are left out: once each), all others mouse_down and mouse_up. A middle click stays a mouse_down: whether
/// it pastes the PRIMARY selection depends on what is under the pointer, and one press must not count twice.
///
/// One round trip a drain: it brings everything that happened into the queue, the server's time, the pointer
/// and the keys that are down. Blocks as long as another client grabs the whole server.
/// Wayland: XWayland reports only what its own clients get.
/// Threads: one. Errors: no display, no XInput 2.2; a lost connection (at drain).
class X11Source final : public EventSource {
 public:
  /// `display`: empty for $DISPLAY.
  explicit X11Source(std::string display = {});
  ~X11Source() override;

  Expected<void> start() override;
  int fd() const override;
  /// At most four wake-ups a second, however much is typed or moved.
  Millis settle() const override { return Millis(250); }
  std::optional<MonoTime> deadline() const override;
  Expected<void> drain(MonoTime now, std::vector<schemas::Event>& events) override;

 private:
  struct Connection;
  std::string display_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace dwell::monitor
