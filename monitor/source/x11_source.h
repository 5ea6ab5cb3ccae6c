#pragma once

#include <memory>
#include <string>

#include "monitor/source/event_source.h"

namespace dwell::monitor {

/// Inputs of the whole machine by XInput2 raw events of the master devices (announcing 2.2: with less, grabs
/// of other programs hide them); X11Inputs says what they count as. Devices may come and go, and keyboard
/// layouts change.
///
/// One round trip a drain, the first of which is due at once, while nothing is going on: it brings everything
/// that happened into the queue, the server's time, the pointer and the keys that are down. Blocks as long as
/// another client grabs the whole server. Threads: one. Errors: no display, no XInput 2.2, an Xwayland, which
/// is shown only what its own windows get; a lost connection (at drain).
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
