#pragma once

#include <QLabel>
#include <QLineEdit>
#include <QSlider>
#include <QStackedWidget>
#include <QTableView>

#include "app/window/models/page_table_model.h"
#include "app/window/pages/figure_strip.h"
#include "app/window/pages/notice.h"
#include "app/window/pages/page.h"

namespace dwell::app {

/// The table of URLs, its totals, and the slider over the idle threshold.
class PagesPage : public Page {
  Q_OBJECT
 public:
  /// `idleThreshold`: the settings' own, chosen at first.
  explicit PagesPage(Millis idleThreshold, QWidget* parent = nullptr);

  void showSnapshot(const StoreSnapshot& snapshot) override;
  void focusSearch() override;

 private:
  QWidget* buildHead();
  void buildTable();
  void setThreshold(int position);
  void showTotals();
  void copyRows() const;

  PageTableModel* model_;
  PageFilter* filter_;
  QLineEdit* search_;
  QSlider* threshold_;
  QLabel* thresholdText_;
  FigureStrip* totals_;
  QStackedWidget* body_;
  QTableView* table_;
  Notice* notice_;
};

}  // namespace dwell::app
