#pragma once

#include <QListWidget>
#include <QMainWindow>
#include <QStackedWidget>
#include <vector>

#include "app/window/models/agent_link.h"
#include "app/window/models/consent_gate.h"
#include "app/window/models/store_follower.h"
#include "app/window/pages/notice.h"
#include "app/window/pages/page.h"
#include "app/window/status_line.h"
#include "base/settings.h"

namespace dwell::app {

/// The window: navigation, the pages, the status line. It shows what store and agent tell it; whoever made
/// them has them look and ask.
class MainWindow : public QMainWindow {
  Q_OBJECT
 public:
  /// All three must outlive it.
  MainWindow(const Settings& settings, const ConsentGate& gate, StoreFollower& store, AgentLink& agent);

  /// "histograms", "pages"; false if there is no such page.
  bool choosePage(const QString& name);
  static QStringList pageNames();

  /// Shows the consent dialog if there is something to agree to.
  void askConsent();

 protected:
  void changeEvent(QEvent* event) override;

 private:
  void soften();
  void buildPages(const Settings& settings);
  void buildActions();
  void addPage(Page* page, const QString& title);
  Page* currentPage() const;
  void showStore();
  void showAgent();
  void showSummary();
  void accept(const monitor::Consent& consent);

  const ConsentGate& gate_;
  StoreFollower& store_;
  AgentLink& agent_;
  QListWidget* navigation_;
  QStackedWidget* stack_;
  Notice* notice_;
  StatusLine* status_;
  std::vector<Page*> pages_;
};

}  // namespace dwell::app
