#pragma once

#include <QAbstractButton>
#include <QButtonGroup>
#include <QWidget>

namespace dwell::app {

/// Two or more buttons side by side, of which one is down. Drawn in the selection's colour, which stands out
/// in a dark palette as well as in a light one.
class Choice : public QWidget {
  Q_OBJECT
 public:
  /// `what` is chosen, for people who can't see it. The first of `texts` is chosen at first.
  Choice(const QString& what, const QStringList& texts, QWidget* parent = nullptr);

 signals:
  void chosen(int position);

 private:
  QButtonGroup buttons_;
};

}  // namespace dwell::app
