#include "monitor/source/x11_keys.h"

#include <algorithm>

namespace dwell::monitor {
namespace {

using schemas::KeyClass;
using Symbol = std::uint32_t;

// Values of X11/keysymdef.h, which are part of the protocol's appendix and never change.
constexpr Symbol kBackSpace = 0xff08, kTabKey = 0xff09, kLinefeed = 0xff0a, kReturn = 0xff0d,
                 kEscapeKey = 0xff1b, kCompose = 0xff20, kHome = 0xff50, kLeft = 0xff51, kUp = 0xff52,
                 kRight = 0xff53, kDown = 0xff54, kPageUp = 0xff55, kPageDown = 0xff56, kEnd = 0xff57,
                 kBegin = 0xff58, kInsert = 0xff63, kModeSwitch = 0xff7e, kNumLock = 0xff7f,
                 kPadSpace = 0xff80, kPadTab = 0xff89, kPadEnter = 0xff8d, kPadF1 = 0xff91, kPadF4 = 0xff94,
                 kPadHome = 0xff95, kPadLeft = 0xff96, kPadUp = 0xff97, kPadRight = 0xff98, kPadDown = 0xff99,
                 kPadPageUp = 0xff9a, kPadPageDown = 0xff9b, kPadEnd = 0xff9c, kPadBegin = 0xff9d,
                 kPadInsert = 0xff9e, kPadDelete = 0xff9f, kPadMultiply = 0xffaa, kPad9 = 0xffb9,
                 kPadEqual = 0xffbd, kF1 = 0xffbe, kF3 = 0xffc0, kF35 = 0xffe0, kShiftLeft = 0xffe1,
                 kShiftRight = 0xffe2, kControlLeft = 0xffe3, kControlRight = 0xffe4, kMetaLeft = 0xffe7,
                 kAltRight = 0xffea, kSuperLeft = 0xffeb, kHyperRight = 0xffee, kDelete = 0xffff,
                 kIsoFirstShift = 0xfe01, kIsoLastShift = 0xfe13, kIsoLeftTab = 0xfe20, kFirstDead = 0xfe50,
                 kLastDead = 0xfe93, kMediaPaste = 0x1008ff6d, kUnicode = 0x01000100,
                 kLastUnicode = 0x0110ffff, kLastLegacyCharacter = 0x20ff;

constexpr bool within(Symbol symbol, Symbol first, Symbol last) { return symbol >= first && symbol <= last; }

Symbol firstOf(const KeySymbols& symbols) {
  const auto found = std::find_if(symbols.begin(), symbols.end(), [](Symbol symbol) { return symbol != 0; });
  return found == symbols.end() ? 0 : *found;
}

bool isModifier(Symbol symbol) {
  return within(symbol, kShiftLeft, kHyperRight) || within(symbol, kIsoFirstShift, kIsoLastShift) ||
         symbol == kModeSwitch || symbol == kNumLock;
}

bool isCharacter(Symbol symbol) {
  return within(symbol, 0x20, 0x7e) || within(symbol, 0xa0, kLastLegacyCharacter) ||
         within(symbol, kUnicode, kLastUnicode) || within(symbol, kFirstDead, kLastDead) ||
         symbol == kCompose || symbol == kPadSpace || within(symbol, kPadMultiply, kPad9) ||
         symbol == kPadEqual;
}

/// The letter a shortcut goes by, lower case: programs take the Latin layout's when the active one has none.
char shortcutLetter(const KeySymbols& symbols) {
  for (const Symbol symbol : symbols) {
    if (within(symbol, 'a', 'z')) return static_cast<char>(symbol);
    if (within(symbol, 'A', 'Z')) return static_cast<char>(symbol - 'A' + 'a');
  }
  return 0;
}

/// With NumLock, or Shift instead of it, a keypad key gives its second level.
Symbol symbolOf(const KeySymbols& symbols, HeldModifiers held) {
  const Symbol plain = firstOf(symbols);
  const bool keypad = within(plain, kPadHome, kPadDelete);
  if (keypad && held.numLock != held.shift && symbols.size() > 1 && symbols[1] != 0) return symbols[1];
  return plain;
}

KeyClass classOf(Symbol symbol) {
  switch (symbol) {
    case kBackSpace:
    case kDelete:
    case kPadDelete:
      return KeyClass::kDeletion;
    case kLeft:
    case kRight:
    case kHome:
    case kEnd:
    case kBegin:
    case kPadLeft:
    case kPadRight:
    case kPadHome:
    case kPadEnd:
    case kPadBegin:
      return KeyClass::kCursor;
    case kUp:
    case kDown:
    case kPageUp:
    case kPageDown:
    case kPadUp:
    case kPadDown:
    case kPadPageUp:
    case kPadPageDown:
      return KeyClass::kList;
    case kReturn:
    case kLinefeed:
    case kPadEnter:
      return KeyClass::kAccept;
    case kTabKey:
    case kIsoLeftTab:
    case kPadTab:
      return KeyClass::kTab;
    case kEscapeKey:
      return KeyClass::kEscape;
    case kMediaPaste:
      return KeyClass::kPaste;
    case kF3:
      return KeyClass::kFind;
  }
  if (isModifier(symbol)) return KeyClass::kModifier;
  if (within(symbol, kF1, kF35) || within(symbol, kPadF1, kPadF4)) return KeyClass::kFunction;
  return isCharacter(symbol) ? KeyClass::kCharacter : KeyClass::kOther;
}

}  // namespace

KeyClass classifyKey(const KeySymbols& symbols, HeldModifiers held) {
  const Symbol symbol = symbolOf(symbols, held);
  const KeyClass plain = classOf(symbol);
  if (plain == KeyClass::kModifier) return plain;
  if (held.control && !held.alt && !held.super) {
    const char letter = plain == KeyClass::kCharacter ? shortcutLetter(symbols) : '\0';
    if (letter == 'v') return KeyClass::kPaste;
    if (letter == 'f' || letter == 'g') return KeyClass::kFind;
  }
  if (held.control || held.alt || held.super) return KeyClass::kShortcut;
  if (held.shift && (symbol == kInsert || symbol == kPadInsert)) return KeyClass::kPaste;
  return plain;
}

void X11Keyboard::setMapping(std::uint8_t firstCode, std::uint8_t perKey,
                             const std::vector<std::uint32_t>& symbols) {
  symbols_.fill({});
  if (perKey == 0) return;
  for (std::size_t key = 0; (key + 1) * perKey <= symbols.size() && firstCode + key < symbols_.size();
       ++key) {
    const auto begin = symbols.begin() + static_cast<std::ptrdiff_t>(key * perKey);
    symbols_[firstCode + key] = KeySymbols(begin, begin + perKey);
  }
}

void X11Keyboard::setDown(const std::array<std::uint8_t, 32>& bits) {
  for (std::size_t code = 0; code < down_.size(); ++code)
    down_.set(code, ((bits[code / 8] >> (code % 8)) & 1U) != 0);
}

KeyClass X11Keyboard::press(std::uint8_t code) {
  const KeyClass result = classifyKey(symbols_[code], held());
  if (firstOf(symbols_[code]) == kNumLock && !down_[code]) numLock_ = !numLock_;
  down_.set(code);
  return result;
}

std::uint8_t X11Keyboard::numLockCode() const {
  for (std::size_t code = 0; code < symbols_.size(); ++code)
    if (firstOf(symbols_[code]) == kNumLock) return static_cast<std::uint8_t>(code);
  return 0;
}

HeldModifiers X11Keyboard::held() const {
  HeldModifiers held;
  held.numLock = numLock_;
  if (down_.none()) return held;
  for (std::size_t code = 0; code < down_.size(); ++code) {
    if (!down_[code]) continue;
    const Symbol symbol = firstOf(symbols_[code]);
    if (symbol == kShiftLeft || symbol == kShiftRight) held.shift = true;
    if (symbol == kControlLeft || symbol == kControlRight) held.control = true;
    if (within(symbol, kMetaLeft, kAltRight)) held.alt = true;
    if (within(symbol, kSuperLeft, kHyperRight)) held.super = true;
  }
  return held;
}

}  // namespace dwell::monitor
