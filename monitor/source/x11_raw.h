#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace dwell::monitor {

/// What counting needs of one XInput2 raw event.
struct X11Raw {
  enum class Kind { kKeyPress, kKeyRelease, kButtonPress, kButtonRelease, kMotion, kTouchBegin };
  Kind kind = Kind::kMotion;
  std::uint32_t timeMs = 0;  ///< the server's, wraps
  std::uint32_t detail = 0;  ///< the key code or button
  std::uint16_t device = 0;  ///< the slave it comes from
  bool repeated = false;     ///< a key held down
  bool emulated = false;     ///< made by the server of a touch or of smooth scrolling
  /// Axes 0 (x) and 1 (y) as the device gave them, before acceleration; none that did not move.
  std::array<std::optional<double>, 2> position;
};

/// Reads an event as libxcb hands it over: the wire's 32 bytes, 4 of libxcb's own, the rest of the wire's
/// (X Input Extension 2.3, XIRawEvent; all numbers in this machine's byte order).
/// `size`: bytes at `event`. None: no raw event of XInput's `opcode`, or one that is cut short.
std::optional<X11Raw> parseX11Raw(const std::byte* event, std::size_t size, std::uint8_t opcode);

}  // namespace dwell::monitor
