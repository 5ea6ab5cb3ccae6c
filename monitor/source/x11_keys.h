#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <vector>

#include "schemas/event.h"

namespace dwell::monitor {

/// X key symbols (keysymdef.h) of one key, in the order of the core keyboard mapping: group 1 level 1, 2,
/// group 2 level 1, 2, then the third and fourth levels. 0: none.
using KeySymbols = std::vector<std::uint32_t>;

struct HeldModifiers {
  bool shift = false, control = false, alt = false, super = false, numLock = false;
};

/// The class of a key press, by the table of design section 4. AltGr is no combination: its characters are
/// characters, and so are dead keys and Compose, whose result X's raw events cannot tell.
schemas::KeyClass classifyKey(const KeySymbols& symbols, HeldModifiers held);

/// The keyboard as the X server maps it, with the keys that are down.
/// Turns key codes into classes; neither codes nor symbols ever leave the source.
class X11Keyboard {
 public:
  /// `symbols`: `perKey` for each key code from `firstCode` on, as GetKeyboardMapping gives them.
  void setMapping(std::uint8_t firstCode, std::uint8_t perKey, const std::vector<std::uint32_t>& symbols);

  /// Whether NumLock is on now; from here on it is followed by the presses of its key.
  void setNumLock(bool on) { numLock_ = on; }

  /// The keys that are down now, as QueryKeymap gives them: forgets presses whose release was missed.
  void setDown(const std::array<std::uint8_t, 32>& bits);

  schemas::KeyClass press(std::uint8_t code);
  void release(std::uint8_t code) { down_.reset(code); }
  bool anyDown() const { return down_.any(); }

  /// The code of the NumLock key, 0 if there is none.
  std::uint8_t numLockCode() const;

 private:
  HeldModifiers held() const;

  std::array<KeySymbols, 256> symbols_;
  std::bitset<256> down_;
  bool numLock_ = false;
};

}  // namespace dwell::monitor
