#include "monitor/tracker/access_type.h"

#include <catch2/catch.hpp>
#include <vector>

using namespace dwell::monitor;
using namespace dwell::schemas;

namespace {

constexpr auto kBrowser = AddressBarSegment::Keyboard::kInBrowser;

/// A link on a page that was clicked.
NavigationFacts linkClicked() {
  NavigationFacts f;
  f.transition = Transition::kLink;
  f.inputsObserved = true;
  f.pageBefore = AccessType::kTypedFull;
  f.requestedUrl = "https://www.example.com/page";
  return f;
}

NavigationFacts with(Transition transition) {
  NavigationFacts f = linkClicked();
  f.transition = transition;
  return f;
}

/// Entered in the address bar, after `keys`.
NavigationFacts addressBar(const std::vector<std::pair<KeyClass, int>>& keys) {
  NavigationFacts f = with(Transition::kTyped);
  f.qualifiers.fromAddressBar = true;
  for (const auto& [keyClass, count] : keys) f.segment.key(keyClass, count, kBrowser);
  return f;
}

AccessType typeOf(const NavigationFacts& f) { return accessOf(f).type; }

}  // namespace

TEST_CASE("back and forward win over everything") {
  NavigationFacts f = addressBar({{KeyClass::kCharacter, 20}});
  f.qualifiers.forwardBack = true;
  f.qualifiers.clientRedirect = true;
  f.firstOfTab = true;
  f.openedRestored = true;
  CHECK(typeOf(f) == AccessType::kBackForward);
  CHECK_FALSE(accessOf(f).redirect);
}

TEST_CASE("a client redirect takes the type of the page that it leaves") {
  NavigationFacts f = addressBar({});
  f.qualifiers.clientRedirect = true;
  f.pageBefore = AccessType::kSearch;
  CHECK(accessOf(f).redirect);
  CHECK(typeOf(f) == AccessType::kSearch);
}

TEST_CASE("without a page to leave, a client redirect is what its transition says") {
  NavigationFacts f = linkClicked();
  f.qualifiers.clientRedirect = true;
  f.pageBefore.reset();
  CHECK_FALSE(accessOf(f).redirect);
  CHECK(typeOf(f) == AccessType::kLink);
}

TEST_CASE("a link that nobody can have followed is a redirect") {
  NavigationFacts f = linkClicked();
  f.untouchedBefore = true;
  CHECK(accessOf(f).redirect);
  CHECK(typeOf(f) == AccessType::kTypedFull);
  SECTION("but not where inputs are not observed") {
    f.inputsObserved = false;
    CHECK_FALSE(accessOf(f).redirect);
    CHECK(typeOf(f) == AccessType::kLink);
  }
  SECTION("and only a link") {
    f.transition = Transition::kFormSubmit;
    CHECK_FALSE(accessOf(f).redirect);
  }
}

TEST_CASE("the first navigation of a tab is restored when reloaded or opened so") {
  NavigationFacts f = with(Transition::kReload);
  f.pageBefore.reset();
  f.firstOfTab = true;
  CHECK(typeOf(f) == AccessType::kRestored);
  f = with(Transition::kTyped);
  f.pageBefore.reset();
  f.firstOfTab = true;
  f.openedRestored = true;
  CHECK(typeOf(f) == AccessType::kRestored);
  f.firstOfTab = false;
  CHECK(typeOf(f) == AccessType::kStartTile);
}

TEST_CASE("the address bar says no more where keystrokes can't be seen") {
  NavigationFacts f = addressBar({{KeyClass::kCharacter, 20}});
  CHECK(typeOf(f) == AccessType::kTypedFull);
  f.hook = false;
  CHECK(typeOf(f) == AccessType::kAddressBar);
  f.hook = true;
  f.inputsObserved = false;
  CHECK(typeOf(f) == AccessType::kAddressBar);
}

TEST_CASE("entering the address that is there already is a reload") {
  NavigationFacts f = addressBar({{KeyClass::kAccept, 1}});
  f.sameUrlAsBefore = true;
  CHECK(typeOf(f) == AccessType::kReload);
  SECTION("unless it was typed") {
    f.segment.key(KeyClass::kCharacter, 1, kBrowser);
    CHECK(typeOf(f) == AccessType::kTypedCompleted);
  }
  SECTION("or pasted") {
    f.segment.key(KeyClass::kPaste, 1, kBrowser);
    CHECK(typeOf(f) == AccessType::kPasted);
  }
}

TEST_CASE("what the browser names is taken as named") {
  CHECK(typeOf(with(Transition::kReload)) == AccessType::kReload);
  CHECK(typeOf(with(Transition::kFormSubmit)) == AccessType::kFormSubmit);
  CHECK(typeOf(with(Transition::kGenerated)) == AccessType::kSearch);
  CHECK(typeOf(with(Transition::kKeyword)) == AccessType::kSearch);
  CHECK(typeOf(with(Transition::kKeywordGenerated)) == AccessType::kSearch);
  CHECK(typeOf(with(Transition::kAutoBookmark)) == AccessType::kBookmark);
  CHECK(typeOf(with(Transition::kStartPage)) == AccessType::kExternal);
  CHECK(typeOf(with(Transition::kAutoToplevel)) == AccessType::kExternal);
  CHECK(typeOf(with(Transition::kTyped)) == AccessType::kStartTile);
  CHECK(typeOf(with(Transition::kLink)) == AccessType::kLink);
  CHECK(typeOf(with(Transition::kPresent)) == AccessType::kUnknown);
  CHECK(typeOf(with(Transition::kAutoSubframe)) == AccessType::kUnknown);
  CHECK(typeOf(with(Transition::kManualSubframe)) == AccessType::kUnknown);
  CHECK(typeOf(with(Transition::kOther)) == AccessType::kUnknown);
}

TEST_CASE("a link in a tab that nobody opened comes from another program") {
  NavigationFacts f = linkClicked();
  f.pageBefore.reset();
  f.firstOfTab = true;
  CHECK(typeOf(f) == AccessType::kExternal);
  f.hasOpener = true;
  CHECK(typeOf(f) == AccessType::kLink);
}

TEST_CASE("typed in full means at least the visible length") {
  // example.com/page: 16 code points
  CHECK(typeOf(addressBar({{KeyClass::kCharacter, 16}, {KeyClass::kAccept, 1}})) == AccessType::kTypedFull);
  CHECK(typeOf(addressBar({{KeyClass::kCharacter, 15}, {KeyClass::kAccept, 1}})) ==
        AccessType::kTypedCompleted);
}

TEST_CASE("a deletion may only have removed the browser's own completion") {
  // 16 typed, 3 deleted: 13 left, and 3 of slack
  CHECK(typeOf(addressBar({{KeyClass::kCharacter, 16}, {KeyClass::kDeletion, 3}})) == AccessType::kTypedFull);
  CHECK(typeOf(addressBar({{KeyClass::kCharacter, 15}, {KeyClass::kDeletion, 3}})) ==
        AccessType::kTypedCompleted);
}

TEST_CASE("the list, the pointer and the clipboard are told apart") {
  CHECK(typeOf(addressBar({{KeyClass::kCharacter, 16}, {KeyClass::kList, 2}})) == AccessType::kSuggestion);
  CHECK(typeOf(addressBar({{KeyClass::kPaste, 1}, {KeyClass::kAccept, 1}})) == AccessType::kPasted);
  CHECK(typeOf(addressBar({{KeyClass::kCharacter, 16}, {KeyClass::kPaste, 1}})) == AccessType::kTypedFull);

  NavigationFacts clicked = addressBar({{KeyClass::kCharacter, 3}});
  clicked.segment.pointerDown(kBrowser);
  CHECK(typeOf(clicked) == AccessType::kSuggestion);
  clicked.segment.key(KeyClass::kAccept, 1, kBrowser);
  CHECK(typeOf(clicked) == AccessType::kTypedCompleted);
}

TEST_CASE("an address that came without keys was dropped or pasted by menu") {
  CHECK(typeOf(addressBar({{KeyClass::kAccept, 1}})) == AccessType::kAddressBar);
  CHECK(typeOf(addressBar({})) == AccessType::kAddressBar);
}

TEST_CASE("only accesses that come out of a page have a source") {
  for (const auto type :
       {AccessType::kTypedFull, AccessType::kTypedCompleted, AccessType::kSuggestion, AccessType::kPasted,
        AccessType::kAddressBar, AccessType::kBookmark, AccessType::kExternal}) {
    CHECK_FALSE(hasSource(type));
  }
  for (const auto type : {AccessType::kUnknown, AccessType::kLink, AccessType::kSearch,
                          AccessType::kFormSubmit, AccessType::kReload, AccessType::kBackForward,
                          AccessType::kStartTile, AccessType::kRestored, AccessType::kResumed}) {
    CHECK(hasSource(type));
  }
}
