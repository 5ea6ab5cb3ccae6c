#include "monitor/source/x11_inputs.h"

namespace dwell::monitor {
namespace {

using schemas::Event;
using schemas::Input;
using schemas::InputKind;

constexpr std::uint32_t kMiddleButton = 2;

bool isScrollButton(std::uint32_t button) { return button >= 4 && button <= 7; }

Event moved(const MotionSlots::Moved& slot, bool synthetic, const X11Clock& clock) {
  Input input;
  input.distancePx = slot.distancePx;
  input.synthetic = synthetic;
  return {clock.toMono(slot.lastMs), input};
}

}  // namespace

void X11Inputs::setDevices(const std::map<std::uint16_t, X11Device>& devices) {
  for (const auto& [id, device] : devices) devices_.insert_or_assign(id, device);
}

X11Device* X11Inputs::deviceOf(const X11Raw& raw) {
  const auto found = devices_.find(raw.device);
  return found == devices_.end() ? nullptr : &found->second;
}

void X11Inputs::begin(std::span<const std::optional<X11Raw>> before, ScreenPoint pointer) {
  std::optional<ScreenPoint> lastInjected;
  for (auto raw = before.rbegin(); raw != before.rend() && !lastInjected; ++raw) {
    if (!*raw || (*raw)->kind != X11Raw::Kind::kMotion) continue;
    const X11Device* device = deviceOf(**raw);
    const auto& [x, y] = (*raw)->position;
    if (device != nullptr && device->injected() && x && y) lastInjected = ScreenPoint{*x, *y};
  }
  xtest_.begin(pointer, lastInjected);
}

double X11Inputs::pathOf(const X11Raw& raw, X11Device& device) {
  const auto& [x, y] = raw.position;
  return device.injected() && x && y ? xtest_.moved({*x, *y}) : device.moved(raw.position);
}

void X11Inputs::handle(const X11Raw& raw, const X11Clock& clock, std::vector<Event>& events) {
  X11Device* device = deviceOf(raw);
  const std::int64_t ms = clock.unwrap(raw.timeMs);
  Input input;
  input.synthetic = device != nullptr && device->synthetic();
  switch (raw.kind) {
    case X11Raw::Kind::kKeyPress:
      if (raw.repeated) return;
      input.kind = InputKind::kKey;
      input.keyClass = keyboard_.press(static_cast<std::uint8_t>(raw.detail));
      break;
    case X11Raw::Kind::kKeyRelease:
      return keyboard_.release(static_cast<std::uint8_t>(raw.detail));
    case X11Raw::Kind::kButtonPress:
      if (raw.emulated && !isScrollButton(raw.detail)) return;
      input.kind = isScrollButton(raw.detail) ? InputKind::kScroll : InputKind::kMouseDown;
      break;
    case X11Raw::Kind::kButtonRelease:
      if (raw.emulated || isScrollButton(raw.detail)) return;
      input.kind = InputKind::kMouseUp;
      // Its release: a press into the address bar is what takes the keyboard from the page, and comes before
      // that.
      if (raw.detail == kMiddleButton) input.keyClass = schemas::KeyClass::kPaste;
      break;
    case X11Raw::Kind::kMotion:
      if (raw.emulated || device == nullptr) return;
      if (const auto slot = slots_[input.synthetic].add(ms, pathOf(raw, *device)))
        events.push_back(moved(*slot, input.synthetic, clock));
      return;
    case X11Raw::Kind::kTouchBegin:
      input.kind = InputKind::kTouch;
      break;
  }
  events.push_back({clock.toMono(ms), input});
}

void X11Inputs::endSlots(std::int64_t serverMs, const X11Clock& clock, std::vector<Event>& events) {
  for (const bool synthetic : {false, true})
    if (const auto slot = slots_[synthetic].endBy(serverMs)) events.push_back(moved(*slot, synthetic, clock));
}

std::optional<std::int64_t> X11Inputs::slotEndMs() const {
  std::optional<std::int64_t> first;
  for (const auto& slots : slots_)
    if (const auto end = slots.endMs(); end && (!first || *end < *first)) first = end;
  return first;
}

}  // namespace dwell::monitor
