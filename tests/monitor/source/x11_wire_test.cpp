#include <catch2/catch.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "monitor/source/x11_inputs.h"

/// Events as they came over the wire, byte by byte, of devices that no test machine has.
namespace {

using dwell::monoTime;
using dwell::monitor::parseX11Raw;
using dwell::monitor::X11Clock;
using dwell::monitor::X11Device;
using dwell::monitor::X11Inputs;
using dwell::monitor::X11Raw;
using dwell::schemas::Event;
using dwell::schemas::Input;
using dwell::schemas::InputKind;
using dwell::schemas::KeyClass;

constexpr std::uint8_t kOpcode = 0x83;

/// Recorded from Xwayland 22.1 under sway 1.7, a wheel mouse, a touchpad and a keyboard of the compositor's:
/// device 8 has relative axes and scrolls by the axes 2 and 3 with an increment of 1, device 6 has keys.
constexpr std::string_view kMoved =
    "238303000a00000011000200f0d0bb00000000000800020000000000000000000300000000000000030000000000000004000000"
    "0"
    "000000003000000000000000400000000000000";
constexpr std::string_view kMiddlePressed =
    "23830300020000000f0002001cd2bb00020000000800020000000000000000000000000000000000";
constexpr std::string_view kMiddleReleased =
    "2383030002000000100002001cd2bb00020000000800020000000000000000000000000000000000";
/// A notch of the wheel: its axis, then the press and release that the server makes of it.
constexpr std::string_view kWheelDown[] = {
    "2383030006000000110002001cd2bb00000000000800020000000000000000000800000000000000010000000000000001000000"
    "00"
    "000000",
    "23830300020000000f0002001cd2bb00050000000800020000000100000000000000000000000000",
    "2383030002000000100002001cd2bb00050000000800020000000100000000000000000000000000"};
/// Two fingers on a touchpad, four tenths of a notch.
constexpr std::string_view kSwiped =
    "2383030006000000110002001dd2bb00000000000800020000000000000000000800000000000000000000006666666600000000"
    "66"
    "666666";
constexpr std::string_view kScrolledBySwipes =
    "23830300020000000f0002001dd2bb00050000000800020000000100000000000000000000000000";
/// q, then Ctrl+v.
constexpr std::string_view kTyped[] = {
    "23830300020000000d0003001ed2bb00180000000600020000000000000000000000000000000000",
    "23830300020000000e0003001ed2bb00180000000600020000000000000000000000000000000000",
    "23830300020000000d0003001ed2bb00250000000600020000000000000000000000000000000000",
    "23830300020000000d0003001ed2bb00370000000600020000000000000000000000000000000000",
    "23830300020000000e0003001ed2bb00370000000600020000000000000000000000000000000000",
    "23830300020000000e0003001ed2bb00250000000600020000000000000000000000000000000000"};

/// The wire's bytes as libxcb hands them over: with the full sequence number after the first 32.
std::vector<std::byte> delivered(std::string_view wire) {
  std::vector<std::byte> bytes;
  for (std::size_t i = 0; i + 1 < wire.size(); i += 2) {
    if (i == 64) bytes.insert(bytes.end(), 4, std::byte{0x5a});
    bytes.push_back(static_cast<std::byte>(std::stoi(std::string(wire.substr(i, 2)), nullptr, 16)));
  }
  return bytes;
}

X11Raw parsed(std::string_view wire) {
  const auto bytes = delivered(wire);
  const auto raw = parseX11Raw(bytes.data(), bytes.size(), kOpcode);
  REQUIRE(raw);
  return *raw;
}

/// The same event with other bits in its flags.
std::vector<std::byte> flagged(std::string_view wire, std::byte thirdByte) {
  auto bytes = delivered(wire);
  bytes[26] = thirdByte;
  return bytes;
}

/// Mouse and keyboard as Xwayland described them.
class Desk {
 public:
  Desk() {
    X11Device mouse("xwayland-relative-pointer:36");
    for (const std::size_t axis : {0U, 1U, 2U, 3U}) mouse.setAxis(axis, /*absolute=*/false, -1, -1, 1200);
    std::map<std::uint16_t, X11Device> devices;
    devices.emplace(8, mouse);
    devices.emplace(6, X11Device("xwayland-keyboard:36"));
    inputs_.setDevices(devices);
    inputs_.keyboard().setMapping(0x18, 1, {'q'});
    std::vector<std::uint32_t> symbols(0x38 - 0x18, 0);
    symbols[0x18 - 0x18] = 'q';
    symbols[0x25 - 0x18] = 0xffe3;
    symbols[0x37 - 0x18] = 'v';
    inputs_.keyboard().setMapping(0x18, 1, symbols);
    clock_.observe(0x00bbd000, monoTime(1'000'000));
  }

  std::vector<Input> see(const X11Raw& raw) {
    std::vector<Event> events;
    const std::optional<X11Raw> batch[] = {raw};
    inputs_.begin(batch, {});
    inputs_.handle(raw, clock_, events);
    return told(events);
  }
  std::vector<Input> see(std::string_view wire) { return see(parsed(wire)); }
  std::vector<Input> rest() {
    std::vector<Event> events;
    inputs_.endSlots(clock_.unwrap(0x00bbffff), clock_, events);
    return told(events);
  }

 private:
  static std::vector<Input> told(const std::vector<Event>& events) {
    std::vector<Input> inputs;
    inputs.reserve(events.size());
    for (const auto& event : events) inputs.push_back(std::get<Input>(event.body));
    return inputs;
  }
  X11Inputs inputs_;
  X11Clock clock_;
};

TEST_CASE("a motion off the wire has its axes, its device and the server's time") {
  const auto raw = parsed(kMoved);
  CHECK(raw.kind == X11Raw::Kind::kMotion);
  CHECK(raw.timeMs == 0x00bbd0f0);
  CHECK(raw.device == 8);
  CHECK(raw.position[0] == 3.0);
  CHECK(raw.position[1] == 4.0);
  CHECK_FALSE(raw.emulated);
  Desk desk;
  CHECK(desk.see(raw).empty());
  const auto moves = desk.rest();
  REQUIRE(moves.size() == 1);
  CHECK(moves[0].distancePx == 5);
  CHECK_FALSE(moves[0].synthetic);
}

TEST_CASE("a middle click off the wire is a press and a release") {
  Desk desk;
  const auto down = desk.see(kMiddlePressed);
  REQUIRE(down.size() == 1);
  CHECK(down[0].kind == InputKind::kMouseDown);
  const auto up = desk.see(kMiddleReleased);
  REQUIRE(up.size() == 1);
  CHECK(up[0].kind == InputKind::kMouseUp);
}

TEST_CASE("the middle button's release pastes, its press and other buttons do not") {
  Desk desk;
  auto left = parsed(kMiddleReleased);
  left.detail = 1;
  CHECK(desk.see(kMiddlePressed)[0].keyClass == KeyClass::kOther);
  CHECK(desk.see(kMiddleReleased)[0].keyClass == KeyClass::kPaste);
  CHECK(desk.see(left)[0].keyClass == KeyClass::kOther);
}

TEST_CASE("a notch of a wheel with smooth scrolling is one scroll step, and no motion") {
  Desk desk;
  std::vector<Input> all;
  for (const auto wire : kWheelDown)
    for (const auto& input : desk.see(wire)) all.push_back(input);
  REQUIRE(all.size() == 1);
  CHECK(all[0].kind == InputKind::kScroll);
  CHECK(desk.rest().empty());
}

TEST_CASE("swipes on a touchpad are a scroll step for each notch's worth, as the server adds them up") {
  Desk desk;
  const auto raw = parsed(kSwiped);
  CHECK_FALSE(raw.position[0]);
  CHECK_FALSE(raw.position[1]);
  std::size_t scrolls = 0;
  for (const auto wire : {kSwiped, kSwiped, kSwiped, kScrolledBySwipes}) scrolls += desk.see(wire).size();
  CHECK(scrolls == 1);
  CHECK(desk.rest().empty());
}

TEST_CASE("keys off the wire become classes: q, Control, Ctrl+v") {
  Desk desk;
  std::vector<KeyClass> classes;
  for (const auto wire : kTyped)
    for (const auto& input : desk.see(wire)) classes.push_back(input.keyClass);
  CHECK(classes == std::vector{KeyClass::kCharacter, KeyClass::kModifier, KeyClass::kPaste});
}

TEST_CASE("a key that repeats while it is held counts once") {
  const auto repeated = flagged(kTyped[0], std::byte{1});
  const auto raw = parseX11Raw(repeated.data(), repeated.size(), kOpcode);
  REQUIRE(raw);
  CHECK(raw->repeated);
  Desk desk;
  CHECK(desk.see(kTyped[0]).size() == 1);
  for (int i = 0; i < 30; ++i) CHECK(desk.see(*raw).empty());
}

TEST_CASE("a touch counts once: the pointer that the server makes of it is left out") {
  auto touch = parsed(kMiddlePressed);
  touch.kind = X11Raw::Kind::kTouchBegin;
  Desk desk;
  const auto touched = desk.see(touch);
  REQUIRE(touched.size() == 1);
  CHECK(touched[0].kind == InputKind::kTouch);
  for (const auto wire : {kMiddlePressed, kMiddleReleased, kMoved}) {
    auto bytes = flagged(wire, std::byte{1});
    const auto raw = parseX11Raw(bytes.data(), bytes.size(), kOpcode);
    REQUIRE(raw);
    CHECK(raw->emulated);
    CHECK(desk.see(*raw).empty());
  }
  CHECK(desk.rest().empty());
}

TEST_CASE("an event that is cut short, at whatever byte, is none") {
  for (const auto wire : {kMoved, kWheelDown[0], kSwiped}) {
    const auto bytes = delivered(wire);
    for (std::size_t size = 0; size < 36; ++size) CHECK_FALSE(parseX11Raw(bytes.data(), size, kOpcode));
  }
  const auto bytes = delivered(kMoved);
  // Up to the second axis; what follows, the same before acceleration, is not looked at.
  for (std::size_t size = 36; size < 60; ++size) CHECK_FALSE(parseX11Raw(bytes.data(), size, kOpcode));
  CHECK(parseX11Raw(bytes.data(), 60, kOpcode));
}

TEST_CASE("events of other extensions and of other types are none") {
  auto bytes = delivered(kMoved);
  CHECK_FALSE(parseX11Raw(bytes.data(), bytes.size(), kOpcode + 1));
  bytes[8] = std::byte{11};  // a hierarchy event
  CHECK_FALSE(parseX11Raw(bytes.data(), bytes.size(), kOpcode));
}

TEST_CASE("an event of a device that is not known counts, but its motion has no length") {
  auto key = parsed(kTyped[0]);
  key.device = 99;
  auto motion = parsed(kMoved);
  motion.device = 99;
  Desk desk;
  CHECK(desk.see(key).size() == 1);
  CHECK(desk.see(motion).empty());
  CHECK(desk.rest().empty());
}

}  // namespace
