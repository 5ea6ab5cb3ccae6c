#include "monitor/source/x11_source.h"

#include <xcb/xcb.h>
#include <xcb/xinput.h>

#include <array>
#include <cassert>
#include <cstdlib>
#include <map>
#include <utility>

#include "monitor/source/x11_clock.h"
#include "monitor/source/x11_devices.h"
#include "monitor/source/x11_keys.h"
#include "monitor/source/x11_motion.h"

namespace dwell::monitor {
namespace {

using schemas::Event;
using schemas::Input;
using schemas::InputKind;

struct Freed {
  void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

constexpr std::uint32_t kRawEvents =
    XCB_INPUT_XI_EVENT_MASK_RAW_KEY_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_KEY_RELEASE |
    XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_RELEASE |
    XCB_INPUT_XI_EVENT_MASK_RAW_MOTION | XCB_INPUT_XI_EVENT_MASK_RAW_TOUCH_BEGIN;

double number(xcb_input_fp3232_t value) { return value.integral + value.frac / 4294967296.0; }

/// Raw key, button, motion and touch events have one layout (XI2proto.h: xXIRawEvent).
using RawEvent = xcb_input_raw_button_press_event_t;

/// Axis 0 and 1 of a raw event; none if they did not move.
std::array<std::optional<double>, 2> positions(const RawEvent& raw) {
  std::array<std::optional<double>, 2> values;
  if (raw.valuators_len == 0) return values;
  const std::uint32_t mask = *xcb_input_raw_button_press_valuator_mask(&raw);
  const xcb_input_fp3232_t* value = xcb_input_raw_button_press_axisvalues(&raw);
  if ((mask & 1U) != 0) values[0] = number(*value++);
  if ((mask & 2U) != 0) values[1] = number(*value);
  return values;
}

}  // namespace

struct X11Source::Connection {
  Connection(xcb_connection_t* opened, int screenNumber) : x(opened) {
    auto screens = xcb_setup_roots_iterator(xcb_get_setup(x));
    for (int i = 0; i < screenNumber; ++i) xcb_screen_next(&screens);
    screen = screens.data;
  }
  ~Connection() { xcb_disconnect(x); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Expected<void> open() {
    const auto* extension = xcb_get_extension_data(x, &xcb_input_id);
    if (extension == nullptr || extension->present == 0) return tooOld();
    inputOpcode = extension->major_opcode;
    const Owned<xcb_input_xi_query_version_reply_t> version(
        xcb_input_xi_query_version_reply(x, xcb_input_xi_query_version(x, 2, 2), nullptr));
    if (!version || version->major_version < 2 || (version->major_version == 2 && version->minor_version < 2))
      return tooOld();

    // Writing to a window of our own is how a client learns the server's time (ICCCM 2.1).
    window = xcb_generate_id(x);
    const std::uint32_t wanted = XCB_EVENT_MASK_PROPERTY_CHANGE;
    xcb_create_window(x, 0, window, screen->root, 0, 0, 1, 1, 0, XCB_WINDOW_CLASS_INPUT_ONLY,
                      XCB_COPY_FROM_PARENT, XCB_CW_EVENT_MASK, &wanted);
    struct {
      xcb_input_event_mask_t head;
      std::uint32_t mask;
    } masters{{XCB_INPUT_DEVICE_ALL_MASTER, 1}, kRawEvents},
        all{{XCB_INPUT_DEVICE_ALL, 1}, XCB_INPUT_XI_EVENT_MASK_HIERARCHY};
    xcb_input_xi_select_events(x, screen->root, 1, &masters.head);
    xcb_input_xi_select_events(x, screen->root, 1, &all.head);
    loadMapping();
    loadDevices();
    const Owned<xcb_query_keymap_reply_t> down(xcb_query_keymap_reply(x, xcb_query_keymap(x), nullptr));
    if (down) setDown(*down);
    const Owned<xcb_query_pointer_reply_t> pointer(
        xcb_query_pointer_reply(x, xcb_query_pointer(x, screen->root), nullptr));
    if (pointer) {
      keyboard.setNumLock((pointer->mask & numLockMask) != 0);
      xtest.end({static_cast<double>(pointer->root_x), static_cast<double>(pointer->root_y)});
    }
    return lost() ? failure("the connection to the X server broke", "X11") : Expected<void>();
  }

  static tl::unexpected<Error> tooOld() {
    return failure("this X server has no XInput 2.2", "X11", "an X server of 2012 or later");
  }
  bool lost() const { return xcb_connection_has_error(x) != 0; }

  void loadMapping() {
    const auto* setup = xcb_get_setup(x);
    const auto count = static_cast<std::uint8_t>(setup->max_keycode - setup->min_keycode + 1);
    const auto keys = xcb_get_keyboard_mapping(x, setup->min_keycode, count);
    const auto modifiers = xcb_get_modifier_mapping(x);
    const Owned<xcb_get_keyboard_mapping_reply_t> mapping(xcb_get_keyboard_mapping_reply(x, keys, nullptr));
    const Owned<xcb_get_modifier_mapping_reply_t> modifierMap(
        xcb_get_modifier_mapping_reply(x, modifiers, nullptr));
    if (!mapping || !modifierMap) return;
    const auto* symbols = xcb_get_keyboard_mapping_keysyms(mapping.get());
    keyboard.setMapping(setup->min_keycode, mapping->keysyms_per_keycode,
                        std::vector<std::uint32_t>(
                            symbols, symbols + xcb_get_keyboard_mapping_keysyms_length(mapping.get())));
    numLockMask = 0;
    const std::uint8_t code = keyboard.numLockCode();
    const auto* codes = xcb_get_modifier_mapping_keycodes(modifierMap.get());
    for (int i = 0; i < 8 * modifierMap->keycodes_per_modifier; ++i)
      if (code != 0 && codes[i] == code)
        numLockMask |= static_cast<std::uint16_t>(1U << (i / modifierMap->keycodes_per_modifier));
  }

  void loadDevices() {
    const Owned<xcb_input_xi_query_device_reply_t> reply(
        xcb_input_xi_query_device_reply(x, xcb_input_xi_query_device(x, XCB_INPUT_DEVICE_ALL), nullptr));
    if (!reply) return;
    devices.clear();
    for (auto info = xcb_input_xi_query_device_infos_iterator(reply.get()); info.rem > 0;
         xcb_input_xi_device_info_next(&info)) {
      X11Device device({xcb_input_xi_device_info_name(info.data),
                        static_cast<std::size_t>(xcb_input_xi_device_info_name_length(info.data))});
      for (auto part = xcb_input_xi_device_info_classes_iterator(info.data); part.rem > 0;
           xcb_input_device_class_next(&part)) {
        if (part.data->type != XCB_INPUT_DEVICE_CLASS_TYPE_VALUATOR) continue;
        const auto& axis = *reinterpret_cast<const xcb_input_valuator_class_t*>(part.data);
        device.setAxis(axis.number, axis.mode == XCB_INPUT_VALUATOR_MODE_ABSOLUTE, number(axis.min),
                       number(axis.max),
                       axis.number == 0 ? screen->width_in_pixels : screen->height_in_pixels);
      }
      devices.emplace(info.data->deviceid, std::move(device));
    }
  }

  void setDown(const xcb_query_keymap_reply_t& reply) {
    std::array<std::uint8_t, 32> bits{};
    std::copy(std::begin(reply.keys), std::end(reply.keys), bits.begin());
    keyboard.setDown(bits);
  }

  std::vector<Owned<xcb_generic_event_t>> takeQueued() {
    std::vector<Owned<xcb_generic_event_t>> queued;
    while (auto* event = xcb_poll_for_queued_event(x)) queued.emplace_back(event);
    return queued;
  }

  const RawEvent* rawOf(const xcb_generic_event_t& event) const {
    const auto& generic = reinterpret_cast<const xcb_ge_generic_event_t&>(event);
    if (event.response_type != XCB_GE_GENERIC || generic.extension != inputOpcode) return nullptr;
    if (generic.event_type < XCB_INPUT_RAW_KEY_PRESS || generic.event_type > XCB_INPUT_RAW_TOUCH_BEGIN)
      return nullptr;
    return reinterpret_cast<const RawEvent*>(&event);
  }

  X11Device* deviceOf(const RawEvent& raw) {
    const auto found = devices.find(raw.sourceid);
    return found == devices.end() ? nullptr : &found->second;
  }

  std::optional<ScreenPoint> lastInjected(const std::vector<Owned<xcb_generic_event_t>>& batch) {
    for (auto event = batch.rbegin(); event != batch.rend(); ++event) {
      const RawEvent* raw = rawOf(**event);
      if (raw == nullptr || raw->event_type != XCB_INPUT_RAW_MOTION) continue;
      const X11Device* device = deviceOf(*raw);
      if (device == nullptr || !device->synthetic()) continue;
      const auto values = positions(*raw);
      if (values[0] && values[1]) return ScreenPoint{*values[0], *values[1]};
    }
    return std::nullopt;
  }

  void give(std::vector<Event>& events, std::int64_t serverMs, Input input) {
    events.push_back(Event{clock.toMono(serverMs), input});
  }

  void giveMoved(std::vector<Event>& events, const std::optional<MotionSlots::Moved>& moved, bool synthetic) {
    if (!moved) return;
    Input input;
    input.distancePx = moved->distancePx;
    input.synthetic = synthetic;
    give(events, moved->lastMs, input);
  }

  void handleRaw(const RawEvent& raw, std::vector<Event>& events) {
    X11Device* device = deviceOf(raw);
    const bool synthetic = device != nullptr && device->synthetic();
    const bool emulated = (raw.flags & XCB_INPUT_POINTER_EVENT_FLAGS_POINTER_EMULATED) != 0;
    const std::int64_t ms = clock.unwrap(raw.time);
    Input input;
    input.synthetic = synthetic;
    switch (raw.event_type) {
      case XCB_INPUT_RAW_KEY_PRESS:
        if ((raw.flags & XCB_INPUT_KEY_EVENT_FLAGS_KEY_REPEAT) != 0) return;
        input.kind = InputKind::kKey;
        input.keyClass = keyboard.press(static_cast<std::uint8_t>(raw.detail));
        return give(events, ms, input);
      case XCB_INPUT_RAW_KEY_RELEASE:
        return keyboard.release(static_cast<std::uint8_t>(raw.detail));
      case XCB_INPUT_RAW_BUTTON_PRESS:
        if (raw.detail >= 4 && raw.detail <= 7) {
          input.kind = InputKind::kScroll;
          return give(events, ms, input);
        }
        if (emulated) return;  // a touch, which has its own event
        input.kind = InputKind::kMouseDown;
        return give(events, ms, input);
      case XCB_INPUT_RAW_BUTTON_RELEASE:
        if ((raw.detail >= 4 && raw.detail <= 7) || emulated) return;
        input.kind = InputKind::kMouseUp;
        return give(events, ms, input);
      case XCB_INPUT_RAW_MOTION: {
        if (emulated || device == nullptr) return;
        const auto values = positions(raw);
        const bool injected = synthetic && values[0] && values[1];
        const double px = injected ? xtest.moved({*values[0], *values[1]}) : device->moved(values);
        return giveMoved(events, slots[synthetic].add(ms, px), synthetic);
      }
      case XCB_INPUT_RAW_TOUCH_BEGIN:
        input.kind = InputKind::kTouch;
        return give(events, ms, input);
    }
  }

  /// Anything that is no raw event: the server's time, or news about keyboard and devices.
  void handleOther(const xcb_generic_event_t& event) {
    if (event.response_type == XCB_MAPPING_NOTIFY) mappingChanged = true;
    if (event.response_type == XCB_GE_GENERIC) devicesChanged = true;
  }

  /// Asks anew for what has changed; true if it did, since events may have come with the answers.
  bool refresh() {
    if (!mappingChanged && !devicesChanged) return false;
    if (std::exchange(mappingChanged, false)) loadMapping();
    if (std::exchange(devicesChanged, false)) loadDevices();
    return true;
  }

  xcb_connection_t* x;
  xcb_screen_t* screen = nullptr;
  xcb_window_t window = 0;
  std::uint8_t inputOpcode = 0;
  std::uint16_t numLockMask = 0;
  bool mappingChanged = false, devicesChanged = false;
  X11Keyboard keyboard;
  std::map<std::uint16_t, X11Device> devices;
  XtestMotion xtest;
  X11Clock clock;
  std::array<MotionSlots, 2> slots;  ///< of real and of injected motion
};

X11Source::X11Source(std::string display) : display_(std::move(display)) {}
X11Source::~X11Source() = default;

Expected<void> X11Source::start() {
  int screen = 0;
  auto* x = xcb_connect(display_.empty() ? nullptr : display_.c_str(), &screen);
  if (xcb_connection_has_error(x) != 0) {
    xcb_disconnect(x);
    return failure(
        "no X display can be reached, so inputs are not seen", "DISPLAY",
        "a running X11 session of this user on this machine, and DISPLAY (and XAUTHORITY) naming it");
  }
  auto connection = std::make_unique<Connection>(x, screen);
  if (auto opened = connection->open(); !opened) return opened;
  connection_ = std::move(connection);
  return {};
}

int X11Source::fd() const { return connection_ ? xcb_get_file_descriptor(connection_->x) : -1; }

std::optional<MonoTime> X11Source::deadline() const {
  if (!connection_) return std::nullopt;
  std::optional<MonoTime> first;
  for (const auto& slots : connection_->slots)
    if (const auto end = slots.endMs(); end && (!first || connection_->clock.toMono(*end) < *first))
      first = connection_->clock.toMono(*end);
  return first;
}

Expected<void> X11Source::drain(MonoTime now, std::vector<Event>& events) {
  assert(connection_ && "drain() needs a started source");
  Connection& c = *connection_;
  xcb_change_property(c.x, XCB_PROP_MODE_APPEND, c.window, XCB_ATOM_WM_NAME, XCB_ATOM_STRING, 8, 0, nullptr);
  const auto keysAsked = xcb_query_keymap(c.x);
  const auto pointerAsked = xcb_query_pointer(c.x, c.screen->root);
  const Owned<xcb_query_keymap_reply_t> keys(xcb_query_keymap_reply(c.x, keysAsked, nullptr));
  const Owned<xcb_query_pointer_reply_t> pointer(xcb_query_pointer_reply(c.x, pointerAsked, nullptr));

  bool synced = false;
  const auto sync = [&] {
    if (std::exchange(synced, true) || !keys || !pointer) return;
    c.setDown(*keys);
    c.keyboard.setNumLock((pointer->mask & c.numLockMask) != 0);
  };
  ScreenPoint at{};
  if (pointer) at = {static_cast<double>(pointer->root_x), static_cast<double>(pointer->root_y)};
  do {
    const auto batch = c.takeQueued();
    for (const auto& event : batch)
      if (event->response_type == XCB_PROPERTY_NOTIFY)
        c.clock.observe(reinterpret_cast<const xcb_property_notify_event_t&>(*event).time, now);
    if (pointer) c.xtest.begin(at, c.lastInjected(batch));
    for (const auto& event : batch) {
      // What came after the server's answer is newer than it.
      if (static_cast<std::int32_t>(event->full_sequence - keysAsked.sequence) >= 0) sync();
      if (const RawEvent* raw = c.rawOf(*event))
        c.handleRaw(*raw, events);
      else
        c.handleOther(*event);
    }
    if (pointer) c.xtest.end(at);
  } while (c.refresh());
  sync();
  for (std::size_t i = 0; i < c.slots.size(); ++i)
    c.giveMoved(events, c.slots[i].endBy(c.clock.lastObserved()), i == 1);
  if (c.lost()) {
    connection_.reset();
    return failure("the X server closed the connection, so inputs are no longer seen", "X11");
  }
  return {};
}

}  // namespace dwell::monitor
