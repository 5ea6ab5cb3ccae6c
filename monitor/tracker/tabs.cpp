#include "monitor/tracker/tabs.h"

#include <algorithm>

namespace dwell::monitor {
namespace {

void addThoseWithVisit(const Browser& browser, std::vector<Tab*>& out) {
  for (const auto& [id, tab] : browser.tabs) {
    if (tab->visit) out.push_back(tab.get());
  }
}

void sortByVisit(std::vector<Tab*>& tabs) {
  std::sort(tabs.begin(), tabs.end(),
            [](const Tab* a, const Tab* b) { return a->visit->told.id < b->visit->told.id; });
}

}  // namespace

Browser& Tabs::know(const schemas::BrowserId& browser) {
  auto& b = browsers_[browser];
  if (!b) {
    b = std::make_unique<Browser>();
    b->id = browser;
  }
  return *b;
}

Tab& Tabs::know(const schemas::BrowserId& browser, const schemas::TabId& tab) {
  Browser& b = know(browser);
  auto& t = b.tabs[tab];
  if (!t) {
    t = std::make_unique<Tab>();
    t->browser = &b;
    t->id = tab;
  }
  return *t;
}

Tab* Tabs::find(const schemas::BrowserId& browser, const schemas::TabId& tab) {
  const auto b = browsers_.find(browser);
  if (b == browsers_.end()) return nullptr;
  const auto t = b->second->tabs.find(tab);
  return t == b->second->tabs.end() ? nullptr : t->second.get();
}

void Tabs::noteWindow(Browser& browser, const schemas::WindowId& window) {
  if (!window.empty()) browser.windows.insert(window);
}

void Tabs::activate(Tab& tab, const schemas::WindowId& window) {
  leaveWindow(tab);
  noteWindow(*tab.browser, window);
  Tab*& active = tab.browser->activeTabs[window];
  if (active != nullptr) active->activeIn.reset();
  active = &tab;
  tab.activeIn = window;
  findAttended();
}

bool Tabs::focus(const schemas::BrowserId& browser, const std::optional<schemas::WindowId>& window) {
  bool seen = true;
  if (window) {
    Browser& b = know(browser);
    seen = b.windows.count(*window) != 0;
    focusedBrowser_ = &b;
    focusedWindow_ = *window;
  } else if (focusedBrowser_ != nullptr && focusedBrowser_->id == browser) {
    focusedBrowser_ = nullptr;
  }
  findAttended();
  return seen;
}

void Tabs::setLocked(bool locked) {
  locked_ = locked;
  findAttended();
}

void Tabs::setSuspended(bool suspended) {
  suspended_ = suspended;
  findAttended();
}

void Tabs::forget(Tab& tab) {
  leaveWindow(tab);
  findAttended();
  Browser& browser = *tab.browser;
  browser.tabs.erase(browser.tabs.find(tab.id));
}

std::vector<Tab*> Tabs::withVisit() const {
  std::vector<Tab*> out;
  for (const auto& [id, browser] : browsers_) addThoseWithVisit(*browser, out);
  sortByVisit(out);
  return out;
}

std::vector<Tab*> Tabs::withVisit(const schemas::BrowserId& browser) const {
  std::vector<Tab*> out;
  if (const auto b = browsers_.find(browser); b != browsers_.end()) addThoseWithVisit(*b->second, out);
  sortByVisit(out);
  return out;
}

void Tabs::leaveWindow(Tab& tab) {
  if (!tab.activeIn) return;
  tab.browser->activeTabs.erase(*tab.activeIn);
  tab.activeIn.reset();
}

void Tabs::findAttended() {
  attended_ = nullptr;
  if (focusedBrowser_ == nullptr || away()) return;
  const auto active = focusedBrowser_->activeTabs.find(focusedWindow_);
  if (active != focusedBrowser_->activeTabs.end()) attended_ = active->second;
}

}  // namespace dwell::monitor
