#include "monitor/source/x11_keys.h"

#include <catch2/catch.hpp>

#include <string>
#include <utility>

namespace {

using dwell::monitor::classifyKey;
using dwell::monitor::HeldModifiers;
using dwell::monitor::KeySymbols;
using dwell::monitor::X11Keyboard;
using dwell::schemas::KeyClass;

constexpr HeldModifiers kNothing{};

HeldModifiers control() { return {.control = true}; }
HeldModifiers shift() { return {.shift = true}; }

TEST_CASE("keys without modifiers have the class of what they do") {
  // Key symbols as keysymdef.h has them.
  const std::pair<std::uint32_t, KeyClass> table[] = {
      {'a', KeyClass::kCharacter},
      {' ', KeyClass::kCharacter},
      {0xe9, KeyClass::kCharacter},        // eacute
      {0x6c1, KeyClass::kCharacter},       // Cyrillic_a
      {0x010020ac, KeyClass::kCharacter},  // the euro sign by its code point
      {0xfe51, KeyClass::kCharacter},      // dead_acute
      {0xff20, KeyClass::kCharacter},      // Multi_key
      {0xffaf, KeyClass::kCharacter},      // KP_Divide
      {0xff08, KeyClass::kDeletion},
      {0xffff, KeyClass::kDeletion},
      {0xff51, KeyClass::kCursor},
      {0xff53, KeyClass::kCursor},
      {0xff50, KeyClass::kCursor},
      {0xff57, KeyClass::kCursor},
      {0xff52, KeyClass::kList},
      {0xff54, KeyClass::kList},
      {0xff55, KeyClass::kList},
      {0xff56, KeyClass::kList},
      {0xff0d, KeyClass::kAccept},
      {0xff8d, KeyClass::kAccept},
      {0xff09, KeyClass::kTab},
      {0xff1b, KeyClass::kEscape},
      {0xffc0, KeyClass::kFind},  // F3
      {0xffbe, KeyClass::kFunction},
      {0xffc9, KeyClass::kFunction},
      {0xffe1, KeyClass::kModifier},
      {0xffe3, KeyClass::kModifier},
      {0xffe9, KeyClass::kModifier},
      {0xffeb, KeyClass::kModifier},
      {0xfe03, KeyClass::kModifier},   // ISO_Level3_Shift
      {0xffe5, KeyClass::kModifier},   // Caps_Lock
      {0xff7f, KeyClass::kModifier},   // Num_Lock
      {0xff63, KeyClass::kOther},      // Insert
      {0xff61, KeyClass::kOther},      // Print
      {0x1008ff11, KeyClass::kOther},  // AudioLowerVolume
      {0, KeyClass::kOther},
  };
  for (const auto& [symbol, expected] : table) {
    INFO("key symbol " << symbol);
    CHECK(classifyKey({symbol}, kNothing) == expected);
  }
}

TEST_CASE("Shift and AltGr alone are no combination") {
  CHECK(classifyKey({'a', 'A'}, shift()) == KeyClass::kCharacter);
  CHECK(classifyKey({0xff09, 0xfe20}, shift()) == KeyClass::kTab);
  CHECK(classifyKey({0xffc0}, shift()) == KeyClass::kFind);
  // AltGr's key symbol, ISO_Level3_Shift, sets none of Control, Alt and Super.
  X11Keyboard keyboard;
  keyboard.setMapping(10, 1, {0xfe03, 'q'});
  keyboard.press(10);
  CHECK(keyboard.press(11) == KeyClass::kCharacter);
}

TEST_CASE("Ctrl+V and Shift+Insert paste, Ctrl+F and Ctrl+G find") {
  CHECK(classifyKey({'v', 'V'}, control()) == KeyClass::kPaste);
  CHECK(classifyKey({'v', 'V'}, {.shift = true, .control = true}) == KeyClass::kPaste);
  CHECK(classifyKey({0xff63}, shift()) == KeyClass::kPaste);
  CHECK(classifyKey({'f', 'F'}, control()) == KeyClass::kFind);
  CHECK(classifyKey({'g', 'G'}, control()) == KeyClass::kFind);
  CHECK(classifyKey({'v', 'V'}, {.control = true, .alt = true}) == KeyClass::kShortcut);
  CHECK(classifyKey({'v', 'V'}, {.alt = true}) == KeyClass::kShortcut);
}

TEST_CASE("any other combination with Ctrl, Alt or Meta is a shortcut") {
  CHECK(classifyKey({'l', 'L'}, control()) == KeyClass::kShortcut);
  CHECK(classifyKey({0xff51}, control()) == KeyClass::kShortcut);  // Ctrl+Left
  CHECK(classifyKey({0xff08}, control()) == KeyClass::kShortcut);  // Ctrl+BackSpace
  CHECK(classifyKey({0xff63}, control()) == KeyClass::kShortcut);  // Ctrl+Insert copies
  CHECK(classifyKey({0xff0d}, {.alt = true}) == KeyClass::kShortcut);
  CHECK(classifyKey({0xff09}, {.alt = true}) == KeyClass::kShortcut);
  CHECK(classifyKey({'e', 'E'}, {.super = true}) == KeyClass::kShortcut);
  CHECK(classifyKey({0xffe1}, control()) == KeyClass::kModifier);
}

TEST_CASE("a shortcut goes by its Latin letter on other layouts") {
  CHECK(classifyKey({0x6cd, 0x6ed, 'v', 'V'}, control()) == KeyClass::kPaste);
  CHECK(classifyKey({'v', 'V', 0x6cd, 0x6ed}, control()) == KeyClass::kPaste);
  CHECK(classifyKey({0x6cd, 0x6ed}, control()) == KeyClass::kShortcut);
}

TEST_CASE("the keypad gives digits with NumLock or Shift, not with both") {
  const KeySymbols seven = {0xff95, 0xffb7};  // KP_Home, KP_7
  const KeySymbols point = {0xff9f, 0xffae};  // KP_Delete, KP_Decimal
  CHECK(classifyKey(seven, kNothing) == KeyClass::kCursor);
  CHECK(classifyKey(seven, {.numLock = true}) == KeyClass::kCharacter);
  CHECK(classifyKey(seven, {.shift = true, .numLock = true}) == KeyClass::kCursor);
  CHECK(classifyKey(point, kNothing) == KeyClass::kDeletion);
  CHECK(classifyKey(point, {.numLock = true}) == KeyClass::kCharacter);
}

/// Key codes 10 to 14: Control, Alt, v, Num_Lock, keypad 7.
X11Keyboard smallKeyboard() {
  X11Keyboard keyboard;
  keyboard.setMapping(10, 2, {0xffe3, 0, 0xffe9, 0xffe7, 'v', 'V', 0xff7f, 0, 0xff95, 0xffb7});
  return keyboard;
}

TEST_CASE("modifiers hold from their press to their release") {
  auto keyboard = smallKeyboard();
  CHECK(keyboard.press(12) == KeyClass::kCharacter);
  CHECK(keyboard.press(10) == KeyClass::kModifier);
  CHECK(keyboard.press(12) == KeyClass::kPaste);
  keyboard.release(10);
  keyboard.release(10);  // test drivers release twice
  CHECK(keyboard.press(12) == KeyClass::kCharacter);
}

TEST_CASE("a release that was missed is put right by the keys that are down") {
  auto keyboard = smallKeyboard();
  keyboard.press(10);
  keyboard.setDown({});
  CHECK(keyboard.press(12) == KeyClass::kCharacter);
  std::array<std::uint8_t, 32> control{};
  control[10 / 8] = 1U << (10 % 8);
  keyboard.setDown(control);
  CHECK(keyboard.press(12) == KeyClass::kPaste);
}

TEST_CASE("NumLock is followed from where it stood") {
  auto keyboard = smallKeyboard();
  CHECK(keyboard.numLockCode() == 13);
  keyboard.setNumLock(true);
  CHECK(keyboard.press(14) == KeyClass::kCharacter);
  keyboard.press(13);
  keyboard.release(13);
  CHECK(keyboard.press(14) == KeyClass::kCursor);
}

TEST_CASE("a key without a symbol is other, and no mapping at all is survived") {
  X11Keyboard keyboard;
  CHECK(keyboard.press(38) == KeyClass::kOther);
  keyboard.setMapping(8, 0, {});
  CHECK(keyboard.press(255) == KeyClass::kOther);
}

}  // namespace
