#pragma once

#include <QWidget>
#include <vector>

#include "app/window/models/histogram_chart.h"

class QHBoxLayout;

namespace dwell::app {

/// A row of figures, each with its name above it.
class FigureStrip : public QWidget {
  Q_OBJECT
 public:
  explicit FigureStrip(QWidget* parent = nullptr);
  void setFigures(const std::vector<Figure>& figures);

 private:
  QHBoxLayout* row_;
};

}  // namespace dwell::app
