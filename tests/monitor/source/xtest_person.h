#pragma once

#include <xcb/xcb.h>
#include <xcb/xtest.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <initializer_list>
#include <memory>
#include <stdexcept>
#include <string>

namespace dwell::tests {

/// Types and points by XTEST. Every call has reached the server when it returns.
class XtestPerson {
 public:
  explicit XtestPerson(const std::string& display) : x_(xcb_connect(display.c_str(), nullptr)) {
    if (xcb_connection_has_error(x_) != 0) throw std::runtime_error("no X server at " + display);
    root_ = xcb_setup_roots_iterator(xcb_get_setup(x_)).data->root;
  }
  ~XtestPerson() { xcb_disconnect(x_); }
  XtestPerson(const XtestPerson&) = delete;
  XtestPerson& operator=(const XtestPerson&) = delete;

  void press(std::uint32_t keySymbol) { fake(XCB_KEY_PRESS, codeOf(keySymbol)); }
  void release(std::uint32_t keySymbol) { fake(XCB_KEY_RELEASE, codeOf(keySymbol)); }
  void tap(std::uint32_t keySymbol) {
    press(keySymbol);
    release(keySymbol);
  }
  void tapWith(std::uint32_t modifier, std::uint32_t keySymbol) {
    press(modifier);
    tap(keySymbol);
    release(modifier);
  }
  void type(const std::string& text) {
    for (const char letter : text) tap(static_cast<std::uint32_t>(letter));
  }
  void click(std::uint8_t button) {
    fake(XCB_BUTTON_PRESS, button);
    fake(XCB_BUTTON_RELEASE, button);
  }
  void jumpTo(std::int16_t x, std::int16_t y) { fake(XCB_MOTION_NOTIFY, kTo, x, y); }
  void moveBy(std::int16_t x, std::int16_t y) { fake(XCB_MOTION_NOTIFY, kBy, x, y); }

  /// The key code that gives a key symbol on its first level.
  std::uint8_t codeOf(std::uint32_t keySymbol) {
    const auto* setup = xcb_get_setup(x_);
    const auto count = static_cast<std::uint8_t>(setup->max_keycode - setup->min_keycode + 1);
    std::unique_ptr<xcb_get_keyboard_mapping_reply_t, decltype(&std::free)> mapping(
        xcb_get_keyboard_mapping_reply(x_, xcb_get_keyboard_mapping(x_, setup->min_keycode, count), nullptr),
        &std::free);
    const auto* symbols = xcb_get_keyboard_mapping_keysyms(mapping.get());
    for (std::ptrdiff_t key = 0; key < count; ++key)
      if (symbols[key * mapping->keysyms_per_keycode] == keySymbol)
        return static_cast<std::uint8_t>(setup->min_keycode + key);
    throw std::runtime_error("no key for symbol " + std::to_string(keySymbol));
  }

 private:
  /// What a motion's detail says.
  static constexpr std::uint8_t kTo = 0, kBy = 1;

  void fake(std::uint8_t type, std::uint8_t detail, std::int16_t x = 0, std::int16_t y = 0) {
    xcb_test_fake_input(x_, type, detail, XCB_CURRENT_TIME, root_, x, y, 0);
    std::free(xcb_get_input_focus_reply(x_, xcb_get_input_focus(x_), nullptr));
  }

  xcb_connection_t* x_;
  xcb_window_t root_ = 0;
};

}  // namespace dwell::tests
