#pragma once

#include <QWidget>

#include "app/window/models/store_follower.h"

namespace dwell::app {

/// One of the window's pages. It gets values and holds no logic: that is in models/.
class Page : public QWidget {
  Q_OBJECT
 public:
  using QWidget::QWidget;

  virtual void showSnapshot(const StoreSnapshot& snapshot) = 0;
  virtual void focusSearch() = 0;
};

}  // namespace dwell::app
