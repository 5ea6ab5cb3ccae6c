#pragma once

#include <QtCharts/QBarSet>
#include <QtCharts/QChart>
#include <QtCharts/QChartView>

#include "app/window/models/histogram_chart.h"

namespace dwell::app {

/// Draws a histogram: a range as upright bars with ticks at round values, categories as lying bars with their
/// names. The bar under the pointer tells its values.
class BarChartView : public QChartView {
  Q_OBJECT
 public:
  explicit BarChartView(QWidget* parent = nullptr);

  void setHistogram(HistogramChart histogram);
  void setScale(CountScale scale);
  void setUnit(CountUnit unit);

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void leaveEvent(QEvent* event) override;

 private:
  void build();
  void buildRange();
  void buildCategories();
  /// A bar chart's axis of samples, along `alignment`.
  QAbstractAxis* addCountAxis(Qt::Alignment alignment);
  void styleAxis(QAbstractAxis& axis) const;
  std::size_t mostTicks() const;
  /// In the chart's order: lying bars are stacked from the bottom, but people read from the top.
  const Bar& barAt(int place) const;
  void hover(int bar);

  HistogramChart histogram_;
  CountScale scale_ = CountScale::kLinear;
  CountUnit unit_ = CountUnit::kCount;
  QBarSet* set_ = nullptr;  ///< owned by the chart
  std::size_t builtTicks_ = 0;
  int hovered_ = -1;
};

}  // namespace dwell::app
