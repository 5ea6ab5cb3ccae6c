#include "monitor/source/x11_devices.h"

#include <cmath>

namespace dwell::monitor {

// The kernel puts what uinput makes directly under devices/virtual/input; Bluetooth's devices, which are made
// through uhid, are elsewhere under devices/virtual.
X11Device::X11Device(std::string_view name, std::string_view sysfsPath)
    : injected_(name.find(" XTEST ") != std::string_view::npos),
      virtual_(sysfsPath.find("/devices/virtual/input/") != std::string_view::npos) {}

void X11Device::setAxis(std::size_t axis, bool absolute, double least, double greatest, double screenPx) {
  if (axis >= axes_.size()) return;
  // An absolute axis without a range reports px.
  axes_[axis] = Axis{absolute, absolute && greatest > least ? screenPx / (greatest - least) : 1.0, {}};
}

double X11Device::moved(std::array<std::optional<double>, 2> values) {
  std::array<double, 2> px{};
  for (std::size_t i = 0; i < axes_.size(); ++i) {
    if (!values[i]) continue;
    Axis& axis = axes_[i];
    const double from = axis.absolute ? axis.last.value_or(*values[i]) : 0.0;
    px[i] = (*values[i] - from) * axis.pxPerUnit;
    axis.last = values[i];
  }
  return std::hypot(px[0], px[1]);
}

double XtestMotion::moved(ScreenPoint values) {
  if (!jumps_) return std::hypot(values.x, values.y);
  const double px = std::hypot(values.x - at_.x, values.y - at_.y);
  at_ = values;
  return px;
}

}  // namespace dwell::monitor
