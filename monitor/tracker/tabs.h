#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "monitor/tracker/address_bar_segment.h"
#include "monitor/tracker/live_visit.h"
#include "schemas/event.h"

namespace dwell::monitor {

struct Browser;
struct SerpMemory;

/// What is known of a tab, besides its visit.
struct Tab {
  Browser* browser = nullptr;
  schemas::TabId id;
  std::optional<schemas::WindowId> activeIn;
  std::unique_ptr<LiveVisit> visit;

  schemas::TabOpenedBy how = schemas::TabOpenedBy::kUnknown;
  bool hasOpener = false;
  std::optional<std::int64_t> openerVisit;      ///< what the opener had, until the first navigation
  std::shared_ptr<ShownResults> openerResults;  ///< of that visit

  bool navigated = false;  ///< had a navigation that is not ignored
  bool pageHasKeyboard = true;
  bool passwordFocused = false;
  /// Keys pressed now are a password's.
  bool passwordHasKeyboard() const { return pageHasKeyboard && passwordFocused; }
  bool visible = false;
  bool audible = false;
  std::optional<Millis> unattendedSince;  ///< visible and not attended: since then, in unlocked time
  AddressBarSegment segment;

  std::vector<std::shared_ptr<LoginTrajectory>> trajectories;  ///< those it is a tab of
  std::shared_ptr<SerpMemory> serps;                           ///< what it showed; made when needed
};

struct Browser {
  schemas::BrowserId id;
  std::unordered_map<schemas::TabId, std::unique_ptr<Tab>> tabs;
  std::unordered_map<schemas::WindowId, Tab*> activeTabs;  ///< windows with an active tab
  std::unordered_set<schemas::WindowId> windows;           ///< those that a tab was said to be in
};

/// Which tabs there are, and which of them is attended (5.1, 5.2).
/// Owns the tabs; pointers to one hold until it is forgotten. Threads: any one.
class Tabs {
 public:
  /// Makes it known if it isn't.
  Browser& know(const schemas::BrowserId& browser);
  Tab& know(const schemas::BrowserId& browser, const schemas::TabId& tab);
  Tab* find(const schemas::BrowserId& browser, const schemas::TabId& tab);
  bool knows(const schemas::BrowserId& browser) const { return browsers_.count(browser) != 0; }

  /// A tab is there. Events that do not say where have an empty window.
  static void noteWindow(Browser& browser, const schemas::WindowId& window);
  void activate(Tab& tab, const schemas::WindowId& window);
  /// Gives false for a window that no tab was in so far: it has the focus all the same.
  bool focus(const schemas::BrowserId& browser, const std::optional<schemas::WindowId>& window);
  void setLocked(bool locked);
  void setSuspended(bool suspended);

  void forget(Tab& tab);
  /// `closing` is called for each of its tabs first.
  template <class Closing>
  void forgetBrowser(const schemas::BrowserId& browser, const Closing& closing);

  /// The active tab of the focused window, unless locked or suspended.
  Tab* attended() const { return attended_; }
  /// Locked or suspended.
  bool away() const { return locked_ || suspended_; }

  /// Those that have a visit, in order of the visit's start.
  std::vector<Tab*> withVisit() const;
  std::vector<Tab*> withVisit(const schemas::BrowserId& browser) const;

 private:
  void leaveWindow(Tab& tab);
  void findAttended();

  std::unordered_map<schemas::BrowserId, std::unique_ptr<Browser>> browsers_;
  Browser* focusedBrowser_ = nullptr;
  schemas::WindowId focusedWindow_;
  bool locked_ = false;
  bool suspended_ = false;
  Tab* attended_ = nullptr;
};

template <class Closing>
void Tabs::forgetBrowser(const schemas::BrowserId& browser, const Closing& closing) {
  const auto b = browsers_.find(browser);
  if (b == browsers_.end()) return;
  for (const auto& [id, tab] : b->second->tabs) closing(*tab);
  if (focusedBrowser_ == b->second.get()) focusedBrowser_ = nullptr;
  findAttended();
  browsers_.erase(b);
}

}  // namespace dwell::monitor
