#include "monitor/tracker/address_bar_segment.h"

#include <catch2/catch.hpp>
#include <limits>

using dwell::monitor::AddressBarSegment;
using dwell::schemas::KeyClass;

namespace {

constexpr auto kBrowser = AddressBarSegment::Keyboard::kInBrowser;
constexpr auto kPage = AddressBarSegment::Keyboard::kInPage;

}  // namespace

TEST_CASE("characters add up and deletions take them away, with slack for what they may have hit") {
  AddressBarSegment s;
  s.key(KeyClass::kCharacter, 5, kBrowser);
  s.key(KeyClass::kDeletion, 2, kBrowser);
  CHECK(s.net() == 3);
  CHECK(s.slack() == 2);
  s.key(KeyClass::kCharacter, 4, kBrowser);
  CHECK(s.net() == 7);
  CHECK(s.slack() == 2);
}

TEST_CASE("an emptied address bar leaves no slack") {
  AddressBarSegment s;
  s.key(KeyClass::kCharacter, 3, kBrowser);
  s.key(KeyClass::kDeletion, 1, kBrowser);
  s.key(KeyClass::kDeletion, 9, kBrowser);
  CHECK(s.net() == 0);
  CHECK(s.slack() == 0);
}

TEST_CASE("what is typed into the page is nothing to the address bar") {
  AddressBarSegment s;
  s.key(KeyClass::kCharacter, 5, kPage);
  s.key(KeyClass::kPaste, 1, kPage);
  s.key(KeyClass::kAccept, 1, kPage);
  s.pointerDown(kPage);
  CHECK(s.net() == 0);
  CHECK_FALSE(s.pasted());
  CHECK_FALSE(s.accepted());
  CHECK_FALSE(s.pointerUsed());
}

TEST_CASE("escape and shortcuts start the segment anew") {
  const auto again = GENERATE(KeyClass::kEscape, KeyClass::kShortcut);
  AddressBarSegment s;
  s.key(KeyClass::kCharacter, 5, kBrowser);
  s.key(KeyClass::kPaste, 1, kBrowser);
  s.key(KeyClass::kList, 1, kBrowser);
  s.key(KeyClass::kAccept, 1, kBrowser);
  s.pointerDown(kBrowser);
  s.key(again, 1, kBrowser);
  CHECK(s.net() == 0);
  CHECK_FALSE(s.pasted());
  CHECK_FALSE(s.listUsed());
  CHECK_FALSE(s.accepted());
  CHECK_FALSE(s.pointerUsed());
}

TEST_CASE("what goes into the find bar does not count, even after the page has lost the keyboard to it") {
  AddressBarSegment s;
  s.key(KeyClass::kFind, 1, kPage);
  s.restart();
  s.key(KeyClass::kCharacter, 5, kBrowser);
  s.key(KeyClass::kDeletion, 1, kBrowser);
  CHECK(s.net() == 0);
  s.key(KeyClass::kEscape, 1, kBrowser);  // closes the find bar, but need not
  s.key(KeyClass::kCharacter, 5, kBrowser);
  CHECK(s.net() == 0);
}

TEST_CASE("deletions in the find bar take nothing away from what stands in the address bar") {
  AddressBarSegment s;
  s.key(KeyClass::kCharacter, 5, kBrowser);
  s.key(KeyClass::kFind, 1, kBrowser);
  s.key(KeyClass::kDeletion, 2, kBrowser);
  CHECK(s.net() == 5);
  CHECK(s.slack() == 0);
}

TEST_CASE("a mouse button, a shortcut or a navigation ends finding, wherever the keyboard is") {
  const int way = GENERATE(0, 1, 2);
  AddressBarSegment s;
  s.key(KeyClass::kFind, 1, kPage);
  if (way == 0) s.pointerDown(kPage);
  if (way == 1) s.key(KeyClass::kShortcut, 1, kPage);
  if (way == 2) s.navigated();
  s.key(KeyClass::kCharacter, 5, kBrowser);
  CHECK(s.net() == 5);
}

TEST_CASE("keys that change nothing in an address bar change nothing") {
  AddressBarSegment s;
  s.key(KeyClass::kCharacter, 2, kBrowser);
  for (const auto k :
       {KeyClass::kCursor, KeyClass::kTab, KeyClass::kModifier, KeyClass::kFunction, KeyClass::kOther}) {
    s.key(k, 3, kBrowser);
  }
  CHECK(s.net() == 2);
  CHECK(s.slack() == 0);
  CHECK_FALSE(s.listUsed());
}

TEST_CASE("absurd counts stay in range") {
  AddressBarSegment s;
  s.key(KeyClass::kCharacter, std::numeric_limits<std::int64_t>::max(), kBrowser);
  s.key(KeyClass::kCharacter, std::numeric_limits<std::int64_t>::max(), kBrowser);
  CHECK(s.net() == (std::int64_t{1} << 53) - 1);
  s.key(KeyClass::kDeletion, std::numeric_limits<std::int64_t>::min(), kBrowser);
  CHECK(s.net() == (std::int64_t{1} << 53) - 1);
}
