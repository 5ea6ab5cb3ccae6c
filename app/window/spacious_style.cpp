#include "app/window/spacious_style.h"

namespace dwell::app {

int SpaciousStyle::pixelMetric(PixelMetric metric, const QStyleOption* option, const QWidget* widget) const {
  constexpr int kRoom = 8;
  // What item views and headers leave at both sides of a text.
  if (metric == PM_FocusFrameHMargin || metric == PM_HeaderMargin) return kRoom;
  return QProxyStyle::pixelMetric(metric, option, widget);
}

}  // namespace dwell::app
