#pragma once

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QStackedWidget>
#include <QTreeView>

#include "app/window/models/histogram_tree_model.h"
#include "app/window/pages/bar_chart_view.h"
#include "app/window/pages/figure_strip.h"
#include "app/window/pages/notice.h"
#include "app/window/pages/page.h"

namespace dwell::app {

/// The list of histograms, and the chosen one: figures, bars, Chrome's text form.
class HistogramsPage : public Page {
  Q_OBJECT
 public:
  explicit HistogramsPage(QWidget* parent = nullptr);

  void showSnapshot(const StoreSnapshot& snapshot) override;
  void focusSearch() override;

 signals:
  /// Histograms of another page group are wanted.
  void groupChosen(const std::string& group);

 private:
  QWidget* buildList();
  QWidget* buildDetail();
  QWidget* buildControls();
  void showGroups(const std::vector<std::string>& groups);
  void choose(const QString& name);
  void chooseCurrent();
  void showChosen();
  void copyText() const;
  const monitor::HistogramCounts* chosen() const;

  HistogramTreeModel* model_;
  HistogramFilter* filter_;
  std::vector<monitor::HistogramCounts> histograms_;
  QString chosen_;
  QLineEdit* search_;
  QComboBox* groups_;
  QTreeView* tree_;
  QLabel* name_;
  QLabel* summary_;
  FigureStrip* figures_;
  QStackedWidget* drawing_;
  BarChartView* chart_;
  Notice* notice_;
};

}  // namespace dwell::app
