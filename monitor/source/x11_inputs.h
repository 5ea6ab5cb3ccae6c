#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <vector>

#include "monitor/source/x11_clock.h"
#include "monitor/source/x11_devices.h"
#include "monitor/source/x11_keys.h"
#include "monitor/source/x11_motion.h"
#include "monitor/source/x11_raw.h"
#include "schemas/event.h"

namespace dwell::monitor {

/// Raw events ▶ `input` events: kinds, key classes, motion slots, flagged synthetic where a program made
/// them. Key codes live no longer than a drain and go nowhere.
///
/// Presses only: a key held down is one press, whatever it repeats, and releases would double every key.
/// Buttons 4–7 are scroll steps, counted by their press: the server makes one for each notch of a wheel and
/// for each notch's worth of smooth scrolling, whose own axes are therefore left out. All other buttons are
/// mouse_down and mouse_up, the middle one's mouse_up with the class paste: where something is edited it
/// pastes what is selected. A touch is its own event, and the pointer events that the server emulates from it
/// are none.
/// Threads: one. Errors: none; an event of a device that is not known counts, but its motion has no length.
class X11Inputs {
 public:
  /// What is plugged in now. Devices that are gone stay known for the events that are still on their way.
  void setDevices(const std::map<std::uint16_t, X11Device>& devices);
  X11Keyboard& keyboard() { return keyboard_; }

  /// Where the pointer is by now: between the events before the server's answer and those after it.
  void setPointer(ScreenPoint at) { xtest_.setPointer(at); }
  /// To be called with the events that came before an answer, before they are handled.
  void begin(std::span<const std::optional<X11Raw>> before, ScreenPoint pointer);

  /// Appends what this event or the slot that it ends amounts to.
  void handle(const X11Raw& raw, const X11Clock& clock, std::vector<schemas::Event>& events);

  /// Appends the slots that are over by `serverMs` (unwrapped).
  void endSlots(std::int64_t serverMs, const X11Clock& clock, std::vector<schemas::Event>& events);
  /// When the first slot in progress that would count is over.
  std::optional<std::int64_t> slotEndMs() const;

 private:
  X11Device* deviceOf(const X11Raw& raw);
  double pathOf(const X11Raw& raw, X11Device& device);

  X11Keyboard keyboard_;
  std::map<std::uint16_t, X11Device> devices_;
  XtestMotion xtest_;
  std::array<MotionSlots, 2> slots_;  ///< of real and of synthetic motion
};

}  // namespace dwell::monitor
