#include "app/window/theme.h"

namespace dwell::app {
namespace {

/// `share` of `a` over `b`.
QColor mix(const QColor& a, const QColor& b, float share) {
  const auto part = [share](float x, float y) { return x * share + y * (1 - share); };
  return QColor::fromRgbF(part(a.redF(), b.redF()), part(a.greenF(), b.greenF()), part(a.blueF(), b.blueF()));
}

}  // namespace

Theme::Theme(const QPalette& palette)
    : dark(palette.color(QPalette::Window).lightness() < palette.color(QPalette::WindowText).lightness()),
      background(palette.color(QPalette::Base)),
      text(palette.color(QPalette::Text)),
      faintText(mix(text, background, 0.68F)),
      outline(mix(text, background, 0.35F)),
      grid(mix(text, background, 0.14F)),
      bar(palette.color(QPalette::Highlight)),
      hoveredBar(mix(bar, text, 0.65F)),
      good(dark ? QColor(0x4c, 0xc3, 0x7a) : QColor(0x1f, 0x8a, 0x4c)),
      waiting(dark ? QColor(0xe8, 0xb0, 0x4a) : QColor(0xc2, 0x7c, 0x0e)),
      bad(dark ? QColor(0xe8, 0x6a, 0x5e) : QColor(0xc0, 0x39, 0x2b)) {}

QFont scaled(QFont font, double factor) {
  font.setPointSizeF(font.pointSizeF() * factor);
  return font;
}

QFont bold(QFont font) {
  font.setWeight(QFont::DemiBold);
  return font;
}

}  // namespace dwell::app
