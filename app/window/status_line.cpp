#include "app/window/status_line.h"

#include <QHBoxLayout>
#include <QPainter>

#include "app/window/theme.h"

namespace dwell::app {
namespace {

QString buttonText(AgentStatus::State state) {
  switch (state) {
    case AgentStatus::State::kRecording:
      return QStringLiteral("&Pause");
    case AgentStatus::State::kPaused:
      return QStringLiteral("&Resume");
    case AgentStatus::State::kNoConsent:
      return QStringLiteral("Read and &agree…");
    case AgentStatus::State::kUnasked:
    case AgentStatus::State::kNotRunning:
      return {};
  }
  return {};
}

QColor markColor(const AgentStatus& status, const Theme& theme) {
  switch (status.state) {
    case AgentStatus::State::kRecording:
      return status.trouble.isEmpty() ? theme.good : theme.waiting;
    case AgentStatus::State::kPaused:
      return theme.waiting;
    case AgentStatus::State::kNoConsent:
    case AgentStatus::State::kNotRunning:
      return theme.bad;
    case AgentStatus::State::kUnasked:
      return theme.faintText;
  }
  return theme.faintText;
}

QPixmap markPixmap(const QColor& color, double ratio) {
  constexpr int kSize = 10;
  QPixmap pixmap(QSize(kSize, kSize) * ratio);
  pixmap.setDevicePixelRatio(ratio);
  pixmap.fill(Qt::transparent);
  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(Qt::NoPen);
  painter.setBrush(color);
  painter.drawEllipse(QRectF(0.5, 0.5, kSize - 1, kSize - 1));
  return pixmap;
}

}  // namespace

StatusLine::StatusLine(QWidget* parent)
    : QWidget(parent), mark_(new QLabel), text_(new QLabel), button_(new QPushButton), summary_(new QLabel) {
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(14, 6, 14, 6);
  row->setSpacing(8);
  row->addWidget(mark_);
  row->addWidget(text_, 1);
  row->addWidget(summary_);
  row->addSpacing(8);
  row->addWidget(button_);
  // A long reason gives way to the rest; the tool tip has all of it.
  text_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  text_->setMinimumWidth(160);
  summary_->setForegroundRole(QPalette::PlaceholderText);
  setMinimumHeight(button_->sizeHint().height() + 13);
  connect(button_, &QPushButton::clicked, this, &StatusLine::press);
  setAgent({}, {});
}

void StatusLine::setAgent(const AgentStatus& status, WallTime now) {
  status_ = status;
  const QString text = agentStatusText(status, now);
  text_->setText(text);
  text_->setToolTip(text);
  mark_->setPixmap(markPixmap(markColor(status, Theme(palette())), devicePixelRatioF()));
  const QString button = buttonText(status.state);
  button_->setText(button);
  button_->setVisible(!button.isEmpty());
  button_->setEnabled(true);
}

void StatusLine::setSummary(const QString& text) { summary_->setText(text); }

void StatusLine::press() {
  switch (status_.state) {
    case AgentStatus::State::kRecording:
      emit pauseClicked();
      break;
    case AgentStatus::State::kPaused:
      emit resumeClicked();
      break;
    case AgentStatus::State::kNoConsent:
      emit consentClicked();
      break;
    case AgentStatus::State::kUnasked:
    case AgentStatus::State::kNotRunning:
      break;
  }
}

void StatusLine::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setPen(Theme(palette()).grid);
  painter.drawLine(0, 0, width(), 0);
}

}  // namespace dwell::app
