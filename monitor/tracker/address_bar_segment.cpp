#include "monitor/tracker/address_bar_segment.h"

#include <algorithm>

#include "monitor/tracker/counting.h"

namespace dwell::monitor {

void AddressBarSegment::key(schemas::KeyClass keyClass, std::int64_t count, Keyboard keyboard) {
  using schemas::KeyClass;
  // Where find begins and ends is noticed wherever the keyboard is.
  if (keyClass == KeyClass::kFind) finding_ = true;
  if (keyClass == KeyClass::kShortcut) finding_ = false;
  if (keyboard == Keyboard::kInPage) return;

  count = std::clamp(count, std::int64_t{0}, kMostCounted);
  switch (keyClass) {
    case KeyClass::kCharacter:
      if (!finding_) addSaturated(net_, count);
      break;
    case KeyClass::kDeletion:
      if (finding_) break;
      net_ = std::max(std::int64_t{0}, net_ - count);
      if (net_ == 0) {
        slack_ = 0;
      } else {
        addSaturated(slack_, count);
      }
      break;
    case KeyClass::kEscape:
    case KeyClass::kShortcut:
      restart();
      break;
    case KeyClass::kPaste:
      pasted_ = true;
      break;
    case KeyClass::kList:
      list_ = true;
      break;
    case KeyClass::kAccept:
      accepted_ = true;
      break;
    case KeyClass::kCursor:
    case KeyClass::kTab:
    case KeyClass::kFind:
    case KeyClass::kModifier:
    case KeyClass::kFunction:
    case KeyClass::kOther:
      break;
  }
}

void AddressBarSegment::pointerDown(Keyboard keyboard) {
  finding_ = false;
  if (keyboard == Keyboard::kInBrowser) pointer_ = true;
}

void AddressBarSegment::restart() {
  const bool finding = finding_;
  *this = AddressBarSegment{};
  finding_ = finding;
}

void AddressBarSegment::navigated() { *this = AddressBarSegment{}; }

}  // namespace dwell::monitor
