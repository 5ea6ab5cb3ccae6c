#include "app/window/pages/choice.h"

#include <QHBoxLayout>
#include <QPainter>

#include "app/window/theme.h"

namespace dwell::app {
namespace {

class Segment : public QAbstractButton {
 public:
  explicit Segment(const QString& text) {
    setText(text);
    setCheckable(true);
    setFocusPolicy(Qt::StrongFocus);
  }
  QSize sizeHint() const override {
    return {fontMetrics().horizontalAdvance(text()) + 24, fontMetrics().height() + 10};
  }

 protected:
  void paintEvent(QPaintEvent*) override {
    const Theme theme(palette());
    QPainter painter(this);
    painter.setPen(hasFocus() ? theme.text : theme.outline);
    painter.setBrush(isChecked()    ? palette().highlight()
                     : underMouse() ? palette().midlight()
                                    : palette().button());
    painter.drawRect(rect().adjusted(0, 0, -1, -1));
    painter.setPen(palette().color(isChecked() ? QPalette::HighlightedText : QPalette::ButtonText));
    painter.drawText(rect(), Qt::AlignCenter, text());
  }
};

}  // namespace

Choice::Choice(const QString& what, const QStringList& texts, QWidget* parent) : QWidget(parent) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(0);
  for (const QString& text : texts) {
    auto* segment = new Segment(text);
    segment->setChecked(buttons_.buttons().isEmpty());
    segment->setAccessibleName(what + QStringLiteral(": ") + text);
    buttons_.addButton(segment, static_cast<int>(buttons_.buttons().size()));
    row->addWidget(segment);
  }
  connect(&buttons_, &QButtonGroup::idClicked, this, &Choice::chosen);
}

}  // namespace dwell::app
