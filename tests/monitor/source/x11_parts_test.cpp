#include <catch2/catch.hpp>

#include <limits>

#include "monitor/source/x11_clock.h"
#include "monitor/source/x11_devices.h"
#include "monitor/source/x11_motion.h"

namespace {

using dwell::monoTime;
using dwell::monitor::MotionSlots;
using dwell::monitor::X11Clock;
using dwell::monitor::X11Device;
using dwell::monitor::XtestMotion;

TEST_CASE("server times are mapped by the offset of the quickest answer") {
  X11Clock clock;
  clock.observe(1000, monoTime(5990));  // the server answered 10 ms after the question
  CHECK(clock.toMono(clock.unwrap(900)) == monoTime(5890));
  clock.observe(2000, monoTime(6999));  // this time after 1 ms
  CHECK(clock.toMono(clock.unwrap(1900)) == monoTime(6899));
  clock.observe(3000, monoTime(7950));  // a slow answer changes nothing
  CHECK(clock.toMono(clock.unwrap(2900)) == monoTime(7899));
}

TEST_CASE("a suspend moves the server's times at the next answer") {
  X11Clock clock;
  clock.observe(1000, monoTime(6000));
  clock.observe(2000, monoTime(3'607'000));  // an hour's suspend in between
  CHECK(clock.toMono(clock.unwrap(2000)) == monoTime(3'607'000));
}

TEST_CASE("server times may wrap after 49.7 days") {
  X11Clock clock;
  constexpr std::uint32_t last = std::numeric_limits<std::uint32_t>::max();
  clock.observe(last - 99, monoTime(10'000));
  clock.observe(100, monoTime(10'200));
  CHECK(clock.toMono(clock.unwrap(last)) == monoTime(10'099));
  CHECK(clock.toMono(clock.unwrap(0)) == monoTime(10'100));
  CHECK(clock.toMono(clock.unwrap(150)) == monoTime(10'250));
}

TEST_CASE("motion counts once per 50 ms slot, with its path, at its last motion") {
  MotionSlots slots;
  CHECK_FALSE(slots.add(1000, 2.0));
  CHECK_FALSE(slots.add(1020, 2.0));
  CHECK_FALSE(slots.add(1049, 1.4));
  const auto moved = slots.add(1050, 5.0);
  REQUIRE(moved);
  CHECK(moved->lastMs == 1049);
  CHECK(moved->distancePx == 5);
  CHECK(slots.endMs() == 1100);
  CHECK_FALSE(slots.endBy(1099));
  REQUIRE(slots.endBy(1100));
  CHECK_FALSE(slots.endBy(2000));
}

TEST_CASE("a trembling mouse is nobody: less than 3 px in a slot are dropped") {
  MotionSlots slots;
  for (std::int64_t ms = 0; ms < 10'000; ms += 25) CHECK_FALSE(slots.add(ms, 1.4));
  CHECK_FALSE(slots.endMs());
  CHECK_FALSE(slots.endBy(20'000));
}

TEST_CASE("the number of motion events does not depend on the polling rate") {
  for (const std::int64_t step : {1, 8}) {
    MotionSlots slots;
    int counted = 0;
    for (std::int64_t ms = 0; ms < 1000; ms += step)
      if (slots.add(ms, static_cast<double>(step))) ++counted;
    if (slots.endBy(1050)) ++counted;
    CHECK(counted == 20);
  }
}

TEST_CASE("relative axes say how far, absolute ones where") {
  X11Device mouse("Logitech USB Mouse");
  mouse.setAxis(0, /*absolute=*/false, -1, -1, 1200);
  mouse.setAxis(1, /*absolute=*/false, -1, -1, 850);
  mouse.setAxis(2, /*absolute=*/false, -1, -1, 850);  // a wheel's valuator
  CHECK(mouse.moved({3.0, 4.0}) == Approx(5.0));
  CHECK(mouse.moved({std::nullopt, -2.0}) == Approx(2.0));
  CHECK(mouse.moved({}) == 0.0);
  CHECK_FALSE(mouse.synthetic());

  X11Device tablet("QEMU USB Tablet");
  tablet.setAxis(0, /*absolute=*/true, 0, 32767, 1200);
  tablet.setAxis(1, /*absolute=*/true, 0, 32767, 850);
  CHECK(tablet.moved({16000.0, 16000.0}) == 0.0);  // where it was before is not known
  CHECK(tablet.moved({16000.0 + 32767.0 / 1200 * 30, 16000.0}) == Approx(30.0));
}

TEST_CASE("the XTEST devices of every master are synthetic") {
  CHECK(X11Device("Virtual core XTEST pointer").synthetic());
  CHECK(X11Device("Virtual core XTEST keyboard").synthetic());
  CHECK(X11Device("second XTEST keyboard").synthetic());
  CHECK_FALSE(X11Device("XTEST-like mouse").synthetic());
}

TEST_CASE("devices made by programs through uinput are synthetic, devices on a bus or by Bluetooth are not") {
  X11Device ydotool("ydotoold virtual device", "/sys/devices/virtual/input/input21/event8");
  CHECK(ydotool.synthetic());
  CHECK_FALSE(ydotool.injected());
  CHECK_FALSE(
      X11Device("Logitech USB Mouse",
                "/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2:1.0/0003:046D:C077.0001/input/input5")
          .synthetic());
  CHECK_FALSE(X11Device("A Bluetooth keyboard",
                        "/sys/devices/virtual/misc/uhid/0005:05AC:0255.0003/input/input9/event5")
                  .synthetic());
  CHECK_FALSE(X11Device("VirtualBox mouse integration", "/sys/devices/pci0000:00/0000:00:04.0/input/input4")
                  .synthetic());
}

TEST_CASE("injected jumps and injected moves are told apart by where the pointer ends") {
  XtestMotion motion;
  motion.setPointer({100, 100});
  motion.begin({130, 140}, dwell::monitor::ScreenPoint{130, 140});
  CHECK(motion.moved({130, 100}) == Approx(30.0));
  CHECK(motion.moved({130, 140}) == Approx(40.0));
  motion.setPointer({130, 140});
  motion.begin({133, 144}, dwell::monitor::ScreenPoint{3, 4});
  CHECK(motion.moved({3, 4}) == Approx(5.0));
}

}  // namespace
