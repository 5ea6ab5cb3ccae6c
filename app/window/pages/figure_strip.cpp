#include "app/window/pages/figure_strip.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "app/window/theme.h"

namespace dwell::app {
namespace {

/// A figure's two labels, found again by their place.
class FigureLabel : public QWidget {
 public:
  FigureLabel() : name_(new QLabel), value_(new QLabel) {
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(1);
    column->addWidget(name_);
    column->addWidget(value_);
    name_->setFont(scaled(font(), 0.88));
    name_->setForegroundRole(QPalette::PlaceholderText);
    value_->setFont(bold(scaled(font(), 1.18)));
    value_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  }
  void set(const Figure& figure) {
    name_->setText(figure.name);
    value_->setText(figure.value);
    value_->setAccessibleName(figure.name + QLatin1Char(' ') + figure.value);
  }

 private:
  QLabel* name_;
  QLabel* value_;
};

}  // namespace

FigureStrip::FigureStrip(QWidget* parent) : QWidget(parent), row_(new QHBoxLayout(this)) {
  row_->setContentsMargins(0, 0, 0, 0);
  row_->setSpacing(32);
  row_->addStretch();
}

void FigureStrip::setFigures(const std::vector<Figure>& figures) {
  const auto labels = [this] { return static_cast<std::size_t>(row_->count() - 1); };
  while (labels() < figures.size()) row_->insertWidget(row_->count() - 1, new FigureLabel);
  while (labels() > figures.size()) {
    const QLayoutItem* last = row_->takeAt(row_->count() - 2);
    delete last->widget();
    delete last;
  }
  for (std::size_t i = 0; i < figures.size(); ++i) {
    static_cast<FigureLabel*>(row_->itemAt(static_cast<int>(i))->widget())->set(figures[i]);
  }
}

}  // namespace dwell::app
