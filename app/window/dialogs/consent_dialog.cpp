#include "app/window/dialogs/consent_dialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "app/window/theme.h"

namespace dwell::app {
namespace {

/// The document is plain text, a paragraph a line; what stands before a line's first colon is its heading.
QString asHtml(const QString& document) {
  constexpr qsizetype kLongestHeading = 40;
  QString html;
  for (const QString& line : document.split(QLatin1Char('\n'))) {
    if (line.trimmed().isEmpty()) continue;
    const auto colon = line.indexOf(QLatin1Char(':'));
    const bool heading = colon > 0 && colon <= kLongestHeading;
    const QString text =
        heading ? QStringLiteral("<b>%1</b>%2")
                      .arg(line.left(colon + 1).toHtmlEscaped(), line.mid(colon + 1).toHtmlEscaped())
                : line.toHtmlEscaped();
    html += QStringLiteral("<p>%1</p>").arg(text);
  }
  return html;
}

}  // namespace

ConsentDialog::ConsentDialog(const ConsentQuestion& question, QWidget* parent) : QDialog(parent) {
  setWindowTitle(QStringLiteral("Dwell – consent"));
  auto* title = new QLabel(question.changed ? QStringLiteral("What is recorded has changed")
                                            : QStringLiteral("May Dwell record how you use web pages?"));
  title->setFont(bold(scaled(font(), 1.4)));
  title->setWordWrap(true);
  auto* lead = new QLabel(
      question.records
          ? QStringLiteral(
                "More is asked for than you agreed to. Until you agree, only what you agreed to is "
                "recorded.")
      : question.changed
          ? QStringLiteral(
                "You agreed to something else before. Nothing is recorded until you agree to this.")
          : QStringLiteral("Nothing is recorded until you agree, and you can take it back at any time."));
  lead->setWordWrap(true);

  auto* text = new QTextBrowser;
  text->setAccessibleName(QStringLiteral("What you agree to"));
  text->setHtml(asHtml(QString::fromStdString(monitor::consentDocument(question.needed))));
  text->document()->setDocumentMargin(12);

  auto* buttons = new QDialogButtonBox;
  auto* agree = buttons->addButton(QStringLiteral("&Agree"), QDialogButtonBox::AcceptRole);
  auto* later = buttons->addButton(QStringLiteral("&Not now"), QDialogButtonBox::RejectRole);
  // Agreeing is an act: Enter alone does not do it.
  agree->setAutoDefault(false);
  later->setDefault(true);
  connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 18, 20, 16);
  column->setSpacing(10);
  column->addWidget(title);
  column->addWidget(lead);
  column->addWidget(text, 1);
  column->addWidget(buttons);
  resize(680, 560);
  text->setFocus();
}

}  // namespace dwell::app
