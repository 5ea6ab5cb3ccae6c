#include "monitor/source/x11_source.h"

#include <poll.h>

#include <catch2/catch.hpp>

#include <map>
#include <vector>

#include "tests/monitor/source/xtest_person.h"
#include "tests/monitor/source/xvfb.h"

namespace {

using dwell::monoTime;
using dwell::MonoTime;
using dwell::monitor::X11Source;
using dwell::schemas::Event;
using dwell::schemas::Input;
using dwell::schemas::InputKind;
using dwell::schemas::KeyClass;
using dwell::tests::XtestPerson;
using dwell::tests::Xvfb;

constexpr std::uint32_t kControl = 0xffe3, kShift = 0xffe1, kInsert = 0xff63, kReturn = 0xff0d,
                        kDown = 0xff54, kBackSpace = 0xff08;
constexpr MonoTime kNow = monoTime(1'000'000);

bool readable(const X11Source& source, int timeoutMs) {
  pollfd watched{source.fd(), POLLIN, 0};
  return poll(&watched, 1, timeoutMs) == 1;
}

std::vector<Input> drained(X11Source& source) {
  std::vector<Event> events;
  REQUIRE(source.drain(kNow, events));
  std::vector<Input> inputs;
  for (const auto& event : events) inputs.push_back(std::get<Input>(event.body));
  return inputs;
}

std::vector<KeyClass> keysOf(const std::vector<Input>& inputs) {
  std::vector<KeyClass> classes;
  for (const auto& input : inputs)
    if (input.kind == InputKind::kKey) classes.push_back(input.keyClass);
  return classes;
}

std::map<InputKind, int> kindsOf(const std::vector<Input>& inputs) {
  std::map<InputKind, int> kinds;
  for (const auto& input : inputs) ++kinds[input.kind];
  return kinds;
}

TEST_CASE("on a real X server every press counts once, with its class, flagged as made by a program") {
  Xvfb server;
  X11Source source(server.display());
  REQUIRE(source.start());
  CHECK_FALSE(readable(source, 0));
  XtestPerson person(server.display());

  person.type("dwell");
  person.tapWith(kControl, 'v');
  person.tapWith(kShift, kInsert);
  for (const auto key : {kDown, kBackSpace, kReturn}) person.tap(key);
  REQUIRE(readable(source, 5000));
  const auto inputs = drained(source);
  using enum KeyClass;
  CHECK(keysOf(inputs) == std::vector{kCharacter, kCharacter, kCharacter, kCharacter, kCharacter, kModifier,
                                      kPaste, kModifier, kPaste, kList, kDeletion, kAccept});
  for (const auto& input : inputs) CHECK(input.synthetic);
}

TEST_CASE("on a real X server buttons are presses and releases, the wheel is scroll steps") {
  Xvfb server;
  X11Source source(server.display());
  REQUIRE(source.start());
  XtestPerson person(server.display());
  for (const int button : {1, 2, 3, 8, 9, 4, 5, 5, 6, 7}) person.click(static_cast<std::uint8_t>(button));
  const auto kinds = kindsOf(drained(source));
  CHECK(kinds == std::map<InputKind, int>{
                     {InputKind::kMouseDown, 5}, {InputKind::kMouseUp, 5}, {InputKind::kScroll, 5}});
}

TEST_CASE("on a real X server motion comes in slots with its distance, by jumps and by moves") {
  Xvfb server;
  X11Source source(server.display());
  REQUIRE(source.start());
  XtestPerson person(server.display());
  person.jumpTo(100, 100);
  drained(source);
  // A slot that is still open is told by the deadline; poll until it has passed on the server.
  const auto wholePath = [&source] {
    std::int64_t px = 0;
    for (;;) {
      for (const auto& input : drained(source)) {
        CHECK(input.kind == InputKind::kMouseMove);
        px += input.distancePx;
      }
      if (!source.deadline()) return px;
      readable(source, 10);
    }
  };
  wholePath();
  person.jumpTo(130, 140);
  CHECK(wholePath() == 50);
  for (int i = 0; i < 4; ++i) person.moveBy(6, 8);
  CHECK(wholePath() == 40);
}

TEST_CASE("a drain takes everything and leaves nothing that would wake the host again") {
  Xvfb server;
  X11Source source(server.display());
  REQUIRE(source.start());
  XtestPerson person(server.display());
  for (int i = 0; i < 300; ++i) person.tap('a');
  std::size_t keys = keysOf(drained(source)).size();
  while (readable(source, 50)) keys += keysOf(drained(source)).size();
  CHECK(keys == 300);
}

TEST_CASE("keys that were down before the start are known") {
  Xvfb server;
  XtestPerson person(server.display());
  person.press(kControl);
  X11Source source(server.display());
  REQUIRE(source.start());
  person.tap('v');
  person.release(kControl);
  CHECK(keysOf(drained(source)) == std::vector{KeyClass::kPaste});
}

TEST_CASE("times are in order and not after the drain, give or take the round trip") {
  Xvfb server;
  X11Source source(server.display());
  REQUIRE(source.start());
  XtestPerson person(server.display());
  person.type("in order");
  std::vector<Event> events;
  REQUIRE(source.drain(kNow, events));
  REQUIRE(events.size() == 8);
  for (std::size_t i = 1; i < events.size(); ++i) CHECK(events[i].time >= events[i - 1].time);
  CHECK(events.back().time <= kNow);
  CHECK(events.front().time > kNow - dwell::Millis(10'000));
}

TEST_CASE("without a display the message says what would help") {
  X11Source source(":987654");
  const auto started = source.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().message().find("no X display can be reached") != std::string::npos);
  CHECK(started.error().message().find("DISPLAY") != std::string::npos);
  CHECK(source.fd() == -1);
}

TEST_CASE("an X server that goes away is an error at the drain, and the source can be started again") {
  Xvfb server;
  X11Source source(server.display());
  REQUIRE(source.start());
  XtestPerson(server.display()).type("bye");
  server.stop();
  std::vector<Event> events;
  CHECK_FALSE(source.drain(kNow, events));
  CHECK(events.size() == 3);  // its last ones
  CHECK(source.fd() == -1);
  Xvfb another;
  CHECK(X11Source(another.display()).start());
}

}  // namespace
