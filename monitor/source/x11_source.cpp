#include "monitor/source/x11_source.h"

#include <xcb/xcb.h>
#include <xcb/xinput.h>

#include <array>
#include <cassert>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <map>
#include <string_view>
#include <utility>

#include "monitor/source/x11_clock.h"
#include "monitor/source/x11_inputs.h"

namespace dwell::monitor {
namespace {

using schemas::Event;

struct Freed {
  void operator()(void* memory) const { std::free(memory); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

/// An event as libxcb gave it. Its bytes are wiped before the memory goes back: they say which key it was.
struct Wiped {
  void operator()(xcb_generic_event_t* event) const {
    // A generic event is longer, by what its length says; libxcb puts 4 bytes of its own after the first 32.
    const std::uint32_t more = event->response_type == XCB_GE_GENERIC
                                   ? reinterpret_cast<const xcb_ge_generic_event_t*>(event)->length
                                   : 0;
    explicit_bzero(event, sizeof *event + 4 * static_cast<std::size_t>(more));
    std::free(event);
  }
};
using OwnedEvent = std::unique_ptr<xcb_generic_event_t, Wiped>;

/// Zeros to read over what libxcb's receive buffer (4,096 bytes in 1.15) still holds of keys. In 32-bit
/// words.
constexpr std::uint32_t kRinseWords = 4'096;
constexpr std::string_view kRinse = "_DWELL_RINSE";

/// The property by which the evdev and libinput drivers tell it.
constexpr std::string_view kDeviceNode = "Device Node";
constexpr std::string_view kWaylandDevices = "xwayland-";

constexpr std::uint32_t kRawEvents =
    XCB_INPUT_XI_EVENT_MASK_RAW_KEY_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_KEY_RELEASE |
    XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_PRESS | XCB_INPUT_XI_EVENT_MASK_RAW_BUTTON_RELEASE |
    XCB_INPUT_XI_EVENT_MASK_RAW_MOTION | XCB_INPUT_XI_EVENT_MASK_RAW_TOUCH_BEGIN;

double number(xcb_input_fp3232_t value) { return value.integral + value.frac / 4294967296.0; }

/// Where the kernel has the device behind a node of /dev/input; empty if it has none.
std::string sysfsPathOf(const std::string& node) {
  constexpr std::string_view kFolder = "/dev/input/";
  if (node.compare(0, kFolder.size(), kFolder) != 0) return {};
  std::error_code none;
  return std::filesystem::canonical("/sys/class/input/" + node.substr(kFolder.size()), none).string();
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
    // The screen's size is what absolute devices are measured by.
    const std::uint32_t wantedOfRoot = XCB_EVENT_MASK_STRUCTURE_NOTIFY;
    xcb_change_window_attributes(x, screen->root, XCB_CW_EVENT_MASK, &wantedOfRoot);
    struct {
      xcb_input_event_mask_t head;
      std::uint32_t mask;
    } masters{{XCB_INPUT_DEVICE_ALL_MASTER, 1}, kRawEvents},
        all{{XCB_INPUT_DEVICE_ALL, 1}, XCB_INPUT_XI_EVENT_MASK_HIERARCHY};
    xcb_input_xi_select_events(x, screen->root, 1, &masters.head);
    xcb_input_xi_select_events(x, screen->root, 1, &all.head);
    fillRinse();
    loadMapping();
    loadDevices();
    const Owned<xcb_query_keymap_reply_t> down(xcb_query_keymap_reply(x, xcb_query_keymap(x), nullptr));
    if (down) setDown(*down);
    const Owned<xcb_query_pointer_reply_t> pointer(
        xcb_query_pointer_reply(x, xcb_query_pointer(x, screen->root), nullptr));
    if (pointer) {
      inputs.keyboard().setNumLock((pointer->mask & numLockMask) != 0);
      inputs.setPointer({static_cast<double>(pointer->root_x), static_cast<double>(pointer->root_y)});
    }
    if (lost()) return failure("the connection to the X server broke", "X11");
    return ofWayland ? notTheWholeMachine() : Expected<void>();
  }

  static tl::unexpected<Error> notTheWholeMachine() {
    return failure("this X server is Xwayland, which is shown no inputs but those of its own windows", "X11",
                   "a session on X11 instead of Wayland");
  }

  static tl::unexpected<Error> tooOld() {
    return failure("this X server has no XInput 2.2", "X11", "an X server of 2012 or later");
  }
  bool lost() const { return xcb_connection_has_error(x) != 0; }

  void fillRinse() {
    const Owned<xcb_intern_atom_reply_t> atom(xcb_intern_atom_reply(
        x, xcb_intern_atom(x, /*only_if_exists=*/0, kRinse.size(), kRinse.data()), nullptr));
    if (!atom) return;
    rinseAtom = atom->atom;
    const std::vector<std::uint32_t> zeros(kRinseWords);
    xcb_change_property(x, XCB_PROP_MODE_REPLACE, window, rinseAtom, XCB_ATOM_CARDINAL, 32, kRinseWords,
                        zeros.data());
  }

  /// Where keys were read since the last time: reads zeros over what the receive buffer holds of them.
  bool rinsed() {
    if (!std::exchange(keysSeen, false)) return false;
    std::free(xcb_get_property_reply(
        x, xcb_get_property(x, /*_delete=*/0, window, rinseAtom, XCB_ATOM_CARDINAL, 0, kRinseWords),
        nullptr));
    return true;
  }

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
    inputs.keyboard().setMapping(
        setup->min_keycode, mapping->keysyms_per_keycode,
        std::vector<std::uint32_t>(symbols,
                                   symbols + xcb_get_keyboard_mapping_keysyms_length(mapping.get())));
    numLockMask = 0;
    const std::uint8_t code = inputs.keyboard().numLockCode();
    const auto* codes = xcb_get_modifier_mapping_keycodes(modifierMap.get());
    for (int i = 0; i < 8 * modifierMap->keycodes_per_modifier; ++i)
      if (code != 0 && codes[i] == code)
        numLockMask |= static_cast<std::uint16_t>(1U << (i / modifierMap->keycodes_per_modifier));
  }

  void loadDevices() {
    const auto asked = xcb_input_xi_query_device(x, XCB_INPUT_DEVICE_ALL);
    const auto atomAsked = xcb_intern_atom(x, /*only_if_exists=*/1, kDeviceNode.size(), kDeviceNode.data());
    const auto sizeAsked = xcb_get_geometry(x, screen->root);
    const Owned<xcb_input_xi_query_device_reply_t> reply(xcb_input_xi_query_device_reply(x, asked, nullptr));
    const Owned<xcb_intern_atom_reply_t> atom(xcb_intern_atom_reply(x, atomAsked, nullptr));
    const Owned<xcb_get_geometry_reply_t> size(xcb_get_geometry_reply(x, sizeAsked, nullptr));
    if (!reply || !size) return;
    std::map<std::uint16_t, X11Device> devices;
    ofWayland = false;
    for (auto info = xcb_input_xi_query_device_infos_iterator(reply.get()); info.rem > 0;
         xcb_input_xi_device_info_next(&info)) {
      const std::string_view name(xcb_input_xi_device_info_name(info.data),
                                  static_cast<std::size_t>(xcb_input_xi_device_info_name_length(info.data)));
      // What tells it in all versions; the extension XWAYLAND is of 23.1 and later.
      ofWayland |= name.compare(0, kWaylandDevices.size(), kWaylandDevices) == 0;
      X11Device device(
          name, sysfsPathOf(nodeOf(info.data->deviceid, atom ? atom->atom : xcb_atom_t{XCB_ATOM_NONE})));
      for (auto part = xcb_input_xi_device_info_classes_iterator(info.data); part.rem > 0;
           xcb_input_device_class_next(&part)) {
        if (part.data->type != XCB_INPUT_DEVICE_CLASS_TYPE_VALUATOR) continue;
        const auto& axis = *reinterpret_cast<const xcb_input_valuator_class_t*>(part.data);
        device.setAxis(axis.number, axis.mode == XCB_INPUT_VALUATOR_MODE_ABSOLUTE, number(axis.min),
                       number(axis.max), axis.number == 0 ? size->width : size->height);
      }
      devices.emplace(info.data->deviceid, device);
    }
    inputs.setDevices(devices);
  }

  /// The file in /dev that an X driver reads a device from; empty if it tells none.
  std::string nodeOf(std::uint16_t device, xcb_atom_t property) {
    if (property == XCB_ATOM_NONE) return {};
    constexpr std::uint32_t kMostWords = 64;
    const Owned<xcb_input_xi_get_property_reply_t> reply(xcb_input_xi_get_property_reply(
        x, xcb_input_xi_get_property(x, device, /*_delete=*/0, property, XCB_ATOM_STRING, 0, kMostWords),
        nullptr));
    if (!reply || reply->format != 8) return {};
    const auto* text = static_cast<const char*>(xcb_input_xi_get_property_items(reply.get()));
    return {text, strnlen(text, reply->num_items)};
  }

  void setDown(const xcb_query_keymap_reply_t& reply) {
    std::array<std::uint8_t, 32> bits{};
    std::copy(std::begin(reply.keys), std::end(reply.keys), bits.begin());
    inputs.keyboard().setDown(bits);
  }

  /// Reads what there is. To be called before anything is sent: of a server that has gone, its last events
  /// can be read only as long as nothing is.
  void readEarly() {
    while (auto* event = xcb_poll_for_event(x)) early.emplace_back(event);
  }

  std::vector<OwnedEvent> takeQueued() {
    auto queued = std::exchange(early, {});
    while (auto* event = xcb_poll_for_queued_event(x)) queued.emplace_back(event);
    return queued;
  }

  std::optional<X11Raw> rawOf(const xcb_generic_event_t& event) const {
    if (event.response_type != XCB_GE_GENERIC) return std::nullopt;
    const auto& generic = reinterpret_cast<const xcb_ge_generic_event_t&>(event);
    return parseX11Raw(reinterpret_cast<const std::byte*>(&event),
                       sizeof event + std::size_t{4} * generic.length, inputOpcode);
  }

  /// Handles everything that is queued; false if there was nothing.
  /// `pointer`: as the request `pointerAsked` brought it. `reach` is told the sequence number of each event
  /// before it is handled: an event is newer than the answers to requests up to its number.
  template <class Reach>
  bool handleQueued(MonoTime now, unsigned pointerAsked, const std::optional<ScreenPoint>& pointer,
                    Reach reach, std::vector<Event>& events) {
    const auto queued = takeQueued();
    std::vector<std::optional<X11Raw>> raws;
    std::size_t beforePointer = 0;
    bool devicesChanged = false;
    for (const auto& event : queued) {
      if (event->response_type == XCB_PROPERTY_NOTIFY) {
        // Only the one that this drain asked for happened just before `now`; that of the rinse is older.
        const auto& changed = reinterpret_cast<const xcb_property_notify_event_t&>(*event);
        if (changed.atom == XCB_ATOM_WM_NAME) clock.observe(changed.time, now);
      }
      raws.push_back(rawOf(*event));
      keysSeen |= raws.back() && (raws.back()->kind == X11Raw::Kind::kKeyPress ||
                                  raws.back()->kind == X11Raw::Kind::kKeyRelease);
      if (!isReached(pointerAsked, event->full_sequence)) beforePointer = raws.size();
      const bool ofDevices = event->response_type == XCB_GE_GENERIC && !raws.back();
      devicesChanged |= ofDevices || event->response_type == XCB_CONFIGURE_NOTIFY;
    }
    // A device that was plugged in is known before its first event is looked at.
    if (devicesChanged) loadDevices();
    bool mappingLoaded = false;
    if (pointer) inputs.begin({raws.data(), beforePointer}, *pointer);
    for (std::size_t i = 0; i < queued.size(); ++i) {
      reach(queued[i]->full_sequence);
      if (raws[i]) inputs.handle(*raws[i], clock, events);
      if (queued[i]->response_type == XCB_MAPPING_NOTIFY && !std::exchange(mappingLoaded, true))
        loadMapping();
    }
    for (auto& raw : raws) {
      if (raw) raw->detail = 0;
    }
    asm volatile("" : : "r"(raws.data()) : "memory");  // they are written, though nobody reads them
    return !queued.empty();
  }

  static bool isReached(unsigned request, std::uint32_t sequence) {
    return static_cast<std::int32_t>(sequence - request) >= 0;
  }

  xcb_connection_t* x;
  xcb_screen_t* screen = nullptr;
  xcb_window_t window = 0;
  std::uint8_t inputOpcode = 0;
  std::uint16_t numLockMask = 0;
  bool ofWayland = false;
  xcb_atom_t rinseAtom = XCB_ATOM_NONE;
  bool keysSeen = false;  ///< since the last rinse
  std::vector<OwnedEvent> early;
  X11Clock clock;
  X11Inputs inputs;
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
  if (!connection_->clock.observed()) return MonoTime();
  const auto end = connection_->inputs.slotEndMs();
  return end ? std::optional(connection_->clock.toMono(*end)) : std::nullopt;
}

Expected<void> X11Source::drain(MonoTime now, std::vector<Event>& events) {
  assert(connection_ && "drain() needs a started source");
  Connection& c = *connection_;
  c.readEarly();
  xcb_change_property(c.x, XCB_PROP_MODE_APPEND, c.window, XCB_ATOM_WM_NAME, XCB_ATOM_STRING, 8, 0, nullptr);
  const auto keysAsked = xcb_query_keymap(c.x);
  const auto pointerAsked = xcb_query_pointer(c.x, c.screen->root);
  const Owned<xcb_query_keymap_reply_t> keys(xcb_query_keymap_reply(c.x, keysAsked, nullptr));
  const Owned<xcb_query_pointer_reply_t> pointer(xcb_query_pointer_reply(c.x, pointerAsked, nullptr));

  std::optional<ScreenPoint> at;
  if (pointer) at = {static_cast<double>(pointer->root_x), static_cast<double>(pointer->root_y)};
  bool keysKnown = !keys || !pointer, pointerKnown = !pointer;
  const auto reach = [&](std::uint32_t sequence) {
    if (Connection::isReached(keysAsked.sequence, sequence) && !std::exchange(keysKnown, true)) {
      c.setDown(*keys);
      c.inputs.keyboard().setNumLock((pointer->mask & c.numLockMask) != 0);
    }
    if (Connection::isReached(pointerAsked.sequence, sequence) && !std::exchange(pointerKnown, true))
      c.inputs.setPointer(*at);
  };
  // Reading keyboard and devices anew, and rinsing, bring what happened meanwhile.
  do {
    while (c.handleQueued(now, pointerAsked.sequence, at, reach, events)) {
    }
  } while (c.rinsed());
  reach(pointerAsked.sequence);
  c.inputs.endSlots(c.clock.lastObserved(), c.clock, events);
  if (c.lost()) {
    connection_.reset();
    return failure("the X server closed the connection, so inputs are no longer seen", "X11",
                   "a running X server; it is tried again");
  }
  if (c.ofWayland) {
    connection_.reset();
    return Connection::notTheWholeMachine();
  }
  return {};
}

}  // namespace dwell::monitor
