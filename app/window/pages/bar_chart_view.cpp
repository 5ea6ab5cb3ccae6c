#include "app/window/pages/bar_chart_view.h"

#include <QMouseEvent>
#include <QToolTip>
#include <QtCharts/QBarCategoryAxis>
#include <QtCharts/QBarSeries>
#include <QtCharts/QCategoryAxis>
#include <QtCharts/QHorizontalBarSeries>
#include <algorithm>
#include <cmath>

#include "app/window/models/texts.h"
#include "app/window/theme.h"

namespace dwell::app {
namespace {

constexpr int kTickWidth = 58;  ///< px that a label and the space beside it take

/// Qt Charts' own value and logarithmic axes choose neither round bucket values nor a base below 1: all axes
/// here are category axes with ticks where we say.
QCategoryAxis* axisWithTicks(double start, double end, const std::vector<Tick>& ticks) {
  auto* axis = new QCategoryAxis;
  axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
  axis->setStartValue(start);
  for (const Tick& tick : ticks) axis->append(tick.label, tick.at);
  axis->setRange(start, end);
  return axis;
}

}  // namespace

BarChartView::BarChartView(QWidget* parent) : QChartView(parent) {
  setRenderHint(QPainter::Antialiasing);
  setMouseTracking(true);
  setFrameShape(QFrame::NoFrame);
  setFocusPolicy(Qt::NoFocus);
  setMinimumSize(320, 200);
  build();
}

void BarChartView::setHistogram(HistogramChart histogram) {
  histogram_ = std::move(histogram);
  build();
}

void BarChartView::setScale(CountScale scale) {
  scale_ = scale;
  build();
}

void BarChartView::setUnit(CountUnit unit) {
  unit_ = unit;
  build();
}

std::size_t BarChartView::mostTicks() const {
  return static_cast<std::size_t>(std::max(3, (width() - kTickWidth) / kTickWidth));
}

void BarChartView::build() {
  hovered_ = -1;
  // A new chart rather than new axes: Qt Charts leaves the drawings of removed ones behind.
  auto* fresh = new QChart;
  fresh->legend()->hide();
  fresh->setBackgroundRoundness(0);
  fresh->setMargins(QMargins(4, 12, 16, 4));
  const QChart* old = chart();
  setChart(fresh);
  delete old;
  const Theme theme(palette());
  chart()->setBackgroundBrush(theme.background);
  setBackgroundBrush(theme.background);
  builtTicks_ = mostTicks();
  set_ = nullptr;
  if (histogram_.bars.empty()) return;

  set_ = new QBarSet(QStringLiteral("samples"));
  for (int place = 0; place < static_cast<int>(histogram_.bars.size()); ++place) {
    *set_ << barLength(barAt(place).count, scale_);
  }
  set_->setBrush(theme.bar);
  set_->setPen(QPen(theme.background, 1));
  set_->setSelectedColor(theme.hoveredBar);
  if (histogram_.shape == HistogramChart::Shape::kRange) {
    buildRange();
  } else {
    buildCategories();
  }
}

const Bar& BarChartView::barAt(int place) const {
  const auto index = static_cast<std::size_t>(place);
  const bool lying = histogram_.shape == HistogramChart::Shape::kCategories;
  return histogram_.bars[lying ? histogram_.bars.size() - 1 - index : index];
}

void BarChartView::buildRange() {
  auto* series = new QBarSeries;
  series->setBarWidth(1);
  series->append(set_);
  chart()->addSeries(series);

  // Bar i is drawn around i, its bucket lies from i to i + 1.
  auto ticks = sampleTicks(histogram_.buckets, histogram_.units, builtTicks_);
  for (Tick& tick : ticks) tick.at -= 0.5;
  const auto bars = static_cast<double>(histogram_.bars.size());
  auto* values = axisWithTicks(-0.5, bars - 0.5, ticks);
  values->setTitleText(histogram_.axisTitle);
  values->setGridLineVisible(false);
  styleAxis(*values);
  chart()->addAxis(values, Qt::AlignBottom);
  series->attachAxis(values);
  series->attachAxis(addCountAxis(Qt::AlignLeft));
}

void BarChartView::buildCategories() {
  auto* series = new QHorizontalBarSeries;
  series->setBarWidth(std::min(0.72, 0.09 * static_cast<double>(histogram_.bars.size())));
  series->append(set_);
  chart()->addSeries(series);

  auto* names = new QBarCategoryAxis;
  for (int place = 0; place < static_cast<int>(histogram_.bars.size()); ++place) {
    const Bar& bar = barAt(place);
    const QString amount = unit_ == CountUnit::kCount ? countText(bar.count) : percentText(bar.share);
    names->append(bar.label + QStringLiteral(": ") + amount);
  }
  names->setGridLineVisible(false);
  styleAxis(*names);
  chart()->addAxis(names, Qt::AlignLeft);
  series->attachAxis(names);
  series->attachAxis(addCountAxis(Qt::AlignBottom));
}

QAbstractAxis* BarChartView::addCountAxis(Qt::Alignment alignment) {
  const CountAxis counts = countAxis(histogram_.peak, histogram_.total, scale_, unit_);
  auto* axis = axisWithTicks(0, counts.end, counts.ticks);
  axis->setTitleText(unit_ == CountUnit::kCount ? QStringLiteral("samples")
                                                : QStringLiteral("share of samples"));
  styleAxis(*axis);
  chart()->addAxis(axis, alignment);
  return axis;
}

void BarChartView::styleAxis(QAbstractAxis& axis) const {
  const Theme theme(palette());
  axis.setLabelsBrush(theme.text);
  axis.setLabelsFont(scaled(font(), 0.92));
  axis.setTitleBrush(theme.faintText);
  axis.setTitleFont(scaled(font(), 0.92));
  axis.setLinePen(QPen(theme.faintText, 1));
  axis.setGridLinePen(QPen(theme.grid, 1));
}

void BarChartView::resizeEvent(QResizeEvent* event) {
  QChartView::resizeEvent(event);
  if (mostTicks() != builtTicks_) build();
}

void BarChartView::changeEvent(QEvent* event) {
  QChartView::changeEvent(event);
  if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) build();
}

void BarChartView::mouseMoveEvent(QMouseEvent* event) {
  QChartView::mouseMoveEvent(event);
  if (set_ == nullptr) return;
  const QPointF position = event->position();
  if (!chart()->plotArea().contains(position)) return hover(-1);
  const QPointF value = chart()->mapToValue(position);
  const bool range = histogram_.shape == HistogramChart::Shape::kRange;
  const auto bar = static_cast<int>(std::floor((range ? value.x() : value.y()) + 0.5));
  if (bar < 0 || bar >= static_cast<int>(histogram_.bars.size())) return hover(-1);
  if (bar != hovered_) hover(bar);
  const Bar& under = barAt(bar);
  QString tip =
      QStringLiteral("%1\n%2 samples, %3").arg(under.label, countText(under.count), percentText(under.share));
  if (range) tip += QStringLiteral("\n%1 below").arg(percentText(under.below));
  QToolTip::showText(event->globalPosition().toPoint(), tip, this);
}

void BarChartView::leaveEvent(QEvent* event) {
  QChartView::leaveEvent(event);
  hover(-1);
}

void BarChartView::hover(int bar) {
  if (set_ == nullptr || bar == hovered_) return;
  set_->deselectAllBars();
  if (bar >= 0) {
    set_->selectBar(bar);
  } else {
    QToolTip::hideText();
  }
  hovered_ = bar;
}

}  // namespace dwell::app
