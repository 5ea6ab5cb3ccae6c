#pragma once

#include <QDialog>

#include "app/window/models/consent_gate.h"

namespace dwell::app {

/// Shows what there is to agree to. Accepted: the person agrees; closing it in any other way: not now.
class ConsentDialog : public QDialog {
  Q_OBJECT
 public:
  explicit ConsentDialog(const ConsentQuestion& question, QWidget* parent = nullptr);
};

}  // namespace dwell::app
