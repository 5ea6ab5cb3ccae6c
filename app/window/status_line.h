#pragma once

#include <QLabel>
#include <QPushButton>
#include <QWidget>

#include "app/window/models/agent_status.h"

namespace dwell::app {

/// The line at the foot: what the agent does, the button that changes it, and what is in the store.
class StatusLine : public QWidget {
  Q_OBJECT
 public:
  explicit StatusLine(QWidget* parent = nullptr);

  void setAgent(const AgentStatus& status, WallTime now);
  /// What stands at the right: "128 visits · next upload 14:30".
  void setSummary(const QString& text);

 signals:
  void pauseClicked();
  void resumeClicked();
  void consentClicked();

 protected:
  void paintEvent(QPaintEvent* event) override;

 private:
  void press();

  AgentStatus status_;
  QLabel* mark_;
  QLabel* text_;
  QPushButton* button_;
  QLabel* summary_;
};

}  // namespace dwell::app
