#include "monitor/source/x11_raw.h"

#include <xcb/xinput.h>

#include <cstring>

namespace dwell::monitor {
namespace {

/// Raw key, button, motion and touch events have one layout (XI2proto.h: xXIRawEvent).
using RawEvent = xcb_input_raw_button_press_event_t;

std::optional<X11Raw::Kind> kindOf(std::uint16_t eventType) {
  switch (eventType) {
    case XCB_INPUT_RAW_KEY_PRESS:
      return X11Raw::Kind::kKeyPress;
    case XCB_INPUT_RAW_KEY_RELEASE:
      return X11Raw::Kind::kKeyRelease;
    case XCB_INPUT_RAW_BUTTON_PRESS:
      return X11Raw::Kind::kButtonPress;
    case XCB_INPUT_RAW_BUTTON_RELEASE:
      return X11Raw::Kind::kButtonRelease;
    case XCB_INPUT_RAW_MOTION:
      return X11Raw::Kind::kMotion;
    case XCB_INPUT_RAW_TOUCH_BEGIN:
      return X11Raw::Kind::kTouchBegin;
    default:
      return std::nullopt;
  }
}

double number(xcb_input_fp3232_t value) { return value.integral + value.frac / 4294967296.0; }

}  // namespace

std::optional<X11Raw> parseX11Raw(const std::byte* event, std::size_t size, std::uint8_t opcode) {
  RawEvent head;
  if (size < sizeof head) return std::nullopt;
  std::memcpy(&head, event, sizeof head);
  if (head.response_type != XCB_GE_GENERIC || head.extension != opcode) return std::nullopt;
  const auto kind = kindOf(head.event_type);
  if (!kind) return std::nullopt;

  X11Raw raw;
  raw.kind = *kind;
  raw.timeMs = head.time;
  raw.detail = head.detail;
  raw.device = head.sourceid;
  // The flags of keys and of pointers share their bit.
  const bool flagged = (head.flags & XCB_INPUT_POINTER_EVENT_FLAGS_POINTER_EMULATED) != 0;
  const bool ofKey = *kind == X11Raw::Kind::kKeyPress || *kind == X11Raw::Kind::kKeyRelease;
  raw.repeated = flagged && ofKey;
  raw.emulated = flagged && !ofKey;

  // A mask of the axes that moved, then a value for each of them, in order; scrolling has axes above 1.
  if (head.valuators_len == 0) return raw;
  std::uint32_t mask = 0;
  std::size_t at = sizeof head;
  if (size < at + sizeof mask) return std::nullopt;
  std::memcpy(&mask, event + at, sizeof mask);
  at += head.valuators_len * sizeof mask;
  for (std::size_t axis = 0; axis < raw.position.size(); ++axis) {
    if (((mask >> axis) & 1U) == 0) continue;
    xcb_input_fp3232_t value;
    if (size < at + sizeof value) return std::nullopt;
    std::memcpy(&value, event + at, sizeof value);
    at += sizeof value;
    raw.position[axis] = number(value);
  }
  return raw;
}

}  // namespace dwell::monitor
