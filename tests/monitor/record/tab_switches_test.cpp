#include "monitor/record/tab_switches.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

using namespace dwell;
using monitor::TabSwitches;
using schemas::KeyClass;

namespace {

/// A window "w" of browser "b" with the focus and tab "1" in front, whose address bar has the keyboard.
struct Bar {
  Bar() {
    tell(schemas::WindowFocus{"b", "w"});
    go("1");
    tell(schemas::PageFocus{"b", "1", false});
  }

  void tell(schemas::EventBody body) {
    if (const auto switched = switches.handle({monoTime(0), std::move(body)})) left.push_back(*switched);
  }
  void go(const std::string& tab) { tell(schemas::TabActivated{"b", tab, "w"}); }
  void key(KeyClass keyClass, std::int64_t count = 1) {
    schemas::Input input;
    input.kind = schemas::InputKind::kKey;
    input.keyClass = keyClass;
    input.count = count;
    tell(input);
  }
  /// Whether something was in progress when tab 1 is left.
  bool atLeaving() {
    go("2");
    REQUIRE(left.size() == 1);
    CHECK(left[0].tab == TabSwitches::TabKey{"b", "1"});
    return left[0].inputInProgress;
  }

  TabSwitches switches;
  std::vector<TabSwitches::Left> left;
};

}  // namespace

TEST_CASE_METHOD(Bar, "a tab that is left with characters in its address bar has input in progress") {
  key(KeyClass::kCharacter, 3);
  key(KeyClass::kShortcut);  // Ctrl+Tab
  CHECK(atLeaving());
}

TEST_CASE_METHOD(Bar, "what was deleted, escaped or sent off is not in progress") {
  SECTION("deleted") {
    key(KeyClass::kCharacter, 3);
    key(KeyClass::kDeletion, 5);
  }
  SECTION("escaped") {
    key(KeyClass::kCharacter, 3);
    key(KeyClass::kEscape);
  }
  SECTION("sent off") {
    key(KeyClass::kCharacter, 3);
    tell(schemas::Navigation{
        "b", "1", "w", "https://a.test/", "", schemas::Transition::kTyped, {}, false, false});
  }
  SECTION("given up for the page") {
    key(KeyClass::kCharacter, 3);
    tell(schemas::PageFocus{"b", "1", true});
    key(KeyClass::kCharacter, 3);
  }
  SECTION("typed into the find bar") {
    key(KeyClass::kFind);
    key(KeyClass::kCharacter, 3);
  }
  SECTION("typed at the lock screen") {
    tell(schemas::Lock{});
    key(KeyClass::kCharacter, 3);
    tell(schemas::Unlock{});
  }
  SECTION("typed into another program") {
    tell(schemas::WindowFocus{"b", std::nullopt});
    key(KeyClass::kCharacter, 3);
  }
  CHECK(!atLeaving());
}

TEST_CASE_METHOD(Bar, "only going to another tab of the window leaves a tab") {
  go("1");                                         // it is the active one
  tell(schemas::TabActivated{"b", "3", "other"});  // another window
  tell(schemas::TabActivated{"b", "1", "other"});  // moved there: tab 3 is left
  REQUIRE(left.size() == 1);
  CHECK(left[0].tab.second == "3");
  tell(schemas::TabClosed{"b", "1"});
  tell(schemas::TabActivated{"b", "4", "other"});
  tell(schemas::BrowserDisconnected{"b"});
  tell(schemas::TabActivated{"b", "5", "other"});
  CHECK(left.size() == 1);
}
