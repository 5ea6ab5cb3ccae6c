#include "app/window/pages/notice.h"

#include <QVBoxLayout>

#include "app/window/theme.h"

namespace dwell::app {

Notice::Notice(QWidget* parent) : QWidget(parent), title_(new QLabel), sentence_(new QLabel) {
  setAutoFillBackground(true);
  setBackgroundRole(QPalette::Base);
  title_->setFont(bold(scaled(font(), 1.35)));
  title_->setAlignment(Qt::AlignCenter);
  title_->setWordWrap(true);
  sentence_->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
  sentence_->setWordWrap(true);
  sentence_->setForegroundRole(QPalette::PlaceholderText);
  sentence_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(64, 32, 64, 32);
  column->setSpacing(10);
  column->addStretch(2);
  column->addWidget(title_);
  column->addWidget(sentence_);
  column->addStretch(3);
}

void Notice::setNotice(const QString& title, const QString& sentence) {
  title_->setText(title);
  sentence_->setText(sentence);
}

}  // namespace dwell::app
