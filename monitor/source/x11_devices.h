#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace dwell::monitor {

/// A position on the screen, in px.
struct ScreenPoint {
  double x = 0, y = 0;
};

/// One X input device (a slave), as far as counting needs it.
class X11Device {
 public:
  /// `sysfsPath`: of the kernel's device behind it; empty if there is none or it is not known.
  explicit X11Device(std::string_view name, std::string_view sysfsPath = {});

  /// An axis 0 (x) or 1 (y). Absolute ones (tablets, virtual machines) say where, in [least, greatest] over
  /// `screenPx`; relative ones say how far, in px.
  void setAxis(std::size_t axis, bool absolute, double least, double greatest, double screenPx);

  /// An XTEST device: it carries what programs inject (xdotool, test drivers); the X server names them so.
  bool injected() const { return injected_; }

  /// Injected, or of a device that a program made (uinput: ydotool, evemu). A key remapper makes such a
  /// device, too, and what is typed through it counts as synthetic.
  bool synthetic() const { return injected_ || virtual_; }

  /// The path in px of a motion with these axis values (none: the axis did not move).
  double moved(std::array<std::optional<double>, 2> values);

 private:
  struct Axis {
    bool absolute = false;
    double pxPerUnit = 1;
    std::optional<double> last;
  };
  bool injected_, virtual_;
  std::array<Axis, 2> axes_;
};

/// The path of injected motion. XTEST reports jumps to a position and moves by a distance alike, so the
/// pointer's own position tells them apart: after a jump it is where the last event said. Of a batch with
/// both only the path is uncertain, not that the pointer moved.
class XtestMotion {
 public:
  /// Where the server said that the pointer is, and what the last injected motion before that answer said;
  /// none if there was none, which leaves it as it was.
  void begin(ScreenPoint pointer, std::optional<ScreenPoint> last) {
    if (last) jumps_ = last->x == pointer.x && last->y == pointer.y;
  }
  /// The path in px of the batch's next injected motion.
  double moved(ScreenPoint values);
  void setPointer(ScreenPoint pointer) { at_ = pointer; }

 private:
  bool jumps_ = false;
  ScreenPoint at_{};
};

}  // namespace dwell::monitor
