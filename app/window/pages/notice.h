#pragma once

#include <QLabel>
#include <QWidget>

namespace dwell::app {

/// What stands where there is nothing to show yet: a line, and a sentence on what to do about it.
class Notice : public QWidget {
  Q_OBJECT
 public:
  explicit Notice(QWidget* parent = nullptr);
  void setNotice(const QString& title, const QString& sentence);

 private:
  QLabel* title_;
  QLabel* sentence_;
};

}  // namespace dwell::app
