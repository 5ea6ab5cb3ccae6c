#pragma once

#include <QColor>
#include <QFont>
#include <QPalette>

namespace dwell::app {

/// Colours of charts and marks, made from the system's palette, so that they suit a light and a dark one.
struct Theme {
  explicit Theme(const QPalette& palette);

  bool dark;
  QColor background, text, faintText, outline, grid, bar, hoveredBar;
  QColor good, waiting, bad;  ///< marks of the recording state; a text always says the same
};

/// `font`, larger or smaller.
QFont scaled(QFont font, double factor);
QFont bold(QFont font);

}  // namespace dwell::app
