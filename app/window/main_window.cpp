#include "app/window/main_window.h"

#include <QAction>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QMessageBox>
#include <QVBoxLayout>

#include "app/window/dialogs/consent_dialog.h"
#include "app/window/models/texts.h"
#include "app/window/pages/histograms_page.h"
#include "app/window/pages/pages_page.h"
#include "app/window/theme.h"
#include "base/clock.h"

namespace dwell::app {

MainWindow::MainWindow(const Settings& settings, const ConsentGate& gate, StoreFollower& store,
                       AgentLink& agent)
    : gate_(gate),
      store_(store),
      agent_(agent),
      navigation_(new QListWidget),
      stack_(new QStackedWidget),
      notice_(new Notice),
      status_(new StatusLine) {
  navigation_->setAccessibleName(QStringLiteral("Pages of this window"));
  navigation_->setFixedWidth(150);
  navigation_->setFrameShape(QFrame::NoFrame);
  navigation_->setSpacing(1);
  navigation_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  navigation_->viewport()->setBackgroundRole(QPalette::Window);
  QFont larger = scaled(font(), 1.05);
  navigation_->setFont(larger);

  auto* upper = new QHBoxLayout;
  upper->setSpacing(0);
  upper->addWidget(navigation_);
  upper->addWidget(stack_, 1);
  auto* all = new QWidget;
  auto* column = new QVBoxLayout(all);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(upper, 1);
  column->addWidget(status_);
  setCentralWidget(all);
  resize(1200, 800);
  setMinimumSize(720, 480);

  soften();
  stack_->addWidget(notice_);
  buildPages(settings);
  buildActions();
  connect(navigation_, &QListWidget::currentRowChanged, this, &MainWindow::showStore);
  connect(&store_, &StoreFollower::changed, this, &MainWindow::showStore);
  connect(&agent_, &AgentLink::changed, this, &MainWindow::showAgent);
  connect(&agent_, &AgentLink::flushed, &store_, &StoreFollower::reload);
  connect(status_, &StatusLine::pauseClicked, &agent_, &AgentLink::pause);
  connect(status_, &StatusLine::resumeClicked, &agent_, &AgentLink::resume);
  connect(status_, &StatusLine::consentClicked, this, &MainWindow::askConsent);
  navigation_->setCurrentRow(0);
  showAgent();
}

void MainWindow::changeEvent(QEvent* event) {
  QMainWindow::changeEvent(event);
  if (event->type() == QEvent::ApplicationPaletteChange) {
    soften();
    showAgent();
  }
}

/// Secondary text has the role of placeholders; Qt's own is too pale to be read at length.
void MainWindow::soften() {
  QPalette soft = QGuiApplication::palette();
  soft.setColor(QPalette::PlaceholderText, Theme(soft).faintText);
  setPalette(soft);
}

void MainWindow::buildPages(const Settings& settings) {
  auto* histograms = new HistogramsPage;
  connect(histograms, &HistogramsPage::groupChosen, &store_, &StoreFollower::setGroup);
  addPage(histograms, QStringLiteral("Histograms"));
  addPage(new PagesPage(settings.idleThreshold), QStringLiteral("Pages"));
}

void MainWindow::addPage(Page* page, const QString& title) {
  pages_.push_back(page);
  stack_->addWidget(page);
  auto* item = new QListWidgetItem(title, navigation_);
  item->setSizeHint(QSize(0, QFontMetrics(navigation_->font()).height() + 16));
  item->setToolTip(QStringLiteral("Ctrl+%1").arg(pages_.size()));
  auto* choose = new QAction(title, this);
  choose->setShortcut(QKeySequence(QStringLiteral("Ctrl+%1").arg(pages_.size())));
  connect(choose, &QAction::triggered, this, [this, item] { navigation_->setCurrentItem(item); });
  addAction(choose);
}

void MainWindow::buildActions() {
  const auto add = [this](const QKeySequence& keys, const QString& text, auto act) {
    auto* action = new QAction(text, this);
    action->setShortcut(keys);
    connect(action, &QAction::triggered, this, act);
    addAction(action);
  };
  add(QKeySequence::Find, QStringLiteral("Search"), [this] {
    if (store_.state() == StoreFollower::State::kFollowing) currentPage()->focusSearch();
  });
  // What the agent has measured since its last flush is written first.
  add(QKeySequence(Qt::Key_F5), QStringLiteral("Reload"), [this] { agent_.flush(); });
  add(QKeySequence(QStringLiteral("Ctrl+Q")), QStringLiteral("Quit"), [this] { close(); });
}

Page* MainWindow::currentPage() const { return pages_[static_cast<std::size_t>(navigation_->currentRow())]; }

QStringList MainWindow::pageNames() { return {QStringLiteral("histograms"), QStringLiteral("pages")}; }

bool MainWindow::choosePage(const QString& name) {
  const auto row = pageNames().indexOf(name);
  if (row < 0) return false;
  navigation_->setCurrentRow(static_cast<int>(row));
  return true;
}

void MainWindow::showStore() {
  setWindowTitle(QStringLiteral("%1 – Dwell").arg(navigation_->currentItem()->text()));
  showSummary();
  switch (store_.state()) {
    case StoreFollower::State::kWaiting:
      notice_->setNotice(
          QStringLiteral("Nothing has been recorded here yet"),
          QStringLiteral(
              "Dwell begins to measure when the agent (dwell-agent) runs and you have agreed. This "
              "window shows the measurements as soon as there are any."));
      stack_->setCurrentWidget(notice_);
      return;
    case StoreFollower::State::kUnreadable:
      notice_->setNotice(QStringLiteral("The measurements can't be read"), store_.reason());
      stack_->setCurrentWidget(notice_);
      return;
    case StoreFollower::State::kFollowing:
      for (Page* page : pages_) page->showSnapshot(store_.snapshot());
      stack_->setCurrentWidget(currentPage());
      return;
  }
}

void MainWindow::showAgent() {
  status_->setAgent(agent_.status(), readWallTime());
  showSummary();
}

void MainWindow::showSummary() {
  if (store_.state() != StoreFollower::State::kFollowing) return status_->setSummary({});
  const auto& snapshot = store_.snapshot();
  QString text = snapshot.visits == 1 ? QStringLiteral("1 visit")
                                      : countText(snapshot.visits) + QStringLiteral(" visits");
  const auto next = agent_.status().nextUpload ? agent_.status().nextUpload : snapshot.upload.nextAttempt;
  if (!snapshot.upload.blocked.empty()) {
    text += QStringLiteral(" · uploads stopped: ") + QString::fromStdString(snapshot.upload.blocked);
  } else if (next) {
    text += QStringLiteral(" · next upload ") + momentText(*next, readWallTime());
  }
  status_->setSummary(text);
}

void MainWindow::askConsent() {
  const auto question = gate_.question(readWallTime());
  if (!question) {
    // The notice says so already where it is the store that can't be read.
    if (store_.state() == StoreFollower::State::kUnreadable) return;
    QMessageBox::warning(this, QStringLiteral("Dwell"), QString::fromStdString(question.error().message()));
    return;
  }
  if (!*question) return;
  auto* dialog = new ConsentDialog(**question, this);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  connect(dialog, &QDialog::accepted, this, [this, consent = (*question)->needed] { accept(consent); });
  dialog->open();
}

void MainWindow::accept(const monitor::Consent& consent) {
  if (const auto done = gate_.accept(consent, readWallTime()); !done) {
    QMessageBox::warning(this, QStringLiteral("Dwell"), QString::fromStdString(done.error().message()));
    return;
  }
  agent_.reload();
  store_.look();
}

}  // namespace dwell::app
