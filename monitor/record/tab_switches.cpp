#include "monitor/record/tab_switches.h"

#include <algorithm>

namespace dwell::monitor {

using schemas::KeyClass;

std::optional<TabSwitches::Left> TabSwitches::handle(const schemas::Event& event) {
  const auto& body = event.body;
  if (const auto* input = std::get_if<schemas::Input>(&body)) {
    typed(*input);
    return {};
  }
  if (const auto* activation = std::get_if<schemas::TabActivated>(&body)) return activated(*activation);
  if (const auto* page = std::get_if<schemas::PageFocus>(&body)) {
    tabs_[{page->browser, page->tab}] = {page->focused, false, 0};
  } else if (const auto* navigation = std::get_if<schemas::Navigation>(&body)) {
    navigated(*navigation);
  } else if (const auto* closing = std::get_if<schemas::TabClosed>(&body)) {
    closed({closing->browser, closing->tab});
  } else if (const auto* gone = std::get_if<schemas::BrowserDisconnected>(&body)) {
    disconnected(gone->browser);
  } else if (const auto* focus = std::get_if<schemas::WindowFocus>(&body)) {
    if (focus->window)
      focused_ = WindowKey{focus->browser, *focus->window};
    else if (focused_ && focused_->first == focus->browser)
      focused_.reset();
  } else if (std::holds_alternative<schemas::Lock>(body) || std::holds_alternative<schemas::Unlock>(body)) {
    locked_ = std::holds_alternative<schemas::Lock>(body);
  } else if (std::holds_alternative<schemas::Suspend>(body) ||
             std::holds_alternative<schemas::Resume>(body)) {
    suspended_ = std::holds_alternative<schemas::Suspend>(body);
  } else {
    return {};
  }
  findAttended();
  return {};
}

void TabSwitches::typed(const schemas::Input& input) {
  if (attended_ == nullptr || attended_->pageHasKeyboard) return;
  if (input.kind == schemas::InputKind::kMouseDown) attended_->finding = false;
  if (input.kind != schemas::InputKind::kKey) return;
  Tab& tab = *attended_;
  if (input.keyClass == KeyClass::kFind) tab.finding = true;
  if (input.keyClass == KeyClass::kShortcut) tab.finding = false;
  if (input.keyClass == KeyClass::kEscape) tab.typed = 0;
  if (tab.finding) return;
  if (input.keyClass == KeyClass::kCharacter) tab.typed += input.count;
  if (input.keyClass == KeyClass::kDeletion) tab.typed = std::max<std::int64_t>(tab.typed - input.count, 0);
}

void TabSwitches::navigated(const schemas::Navigation& navigation) {
  Tab& tab = tabs_[{navigation.browser, navigation.tab}];
  tab.typed = 0;
  tab.finding = false;
}

std::optional<TabSwitches::Left> TabSwitches::activated(const schemas::TabActivated& activation) {
  const TabKey key{activation.browser, activation.tab};
  tabs_[key];
  std::erase_if(activeTabs_, [&](const auto& entry) {
    return entry.second == key && entry.first.second != activation.window;
  });
  std::optional<Left> left;
  const auto [place, isFirst] = activeTabs_.emplace(WindowKey{activation.browser, activation.window}, key);
  if (!isFirst && place->second != key) {
    left = Left{place->second, tabs_[place->second].typed > 0};
    place->second = key;
  }
  findAttended();
  return left;
}

void TabSwitches::closed(const TabKey& tab) {
  std::erase_if(activeTabs_, [&](const auto& entry) { return entry.second == tab; });
  tabs_.erase(tab);
}

void TabSwitches::disconnected(const schemas::BrowserId& browser) {
  std::erase_if(activeTabs_, [&](const auto& entry) { return entry.first.first == browser; });
  std::erase_if(tabs_, [&](const auto& entry) { return entry.first.first == browser; });
  if (focused_ && focused_->first == browser) focused_.reset();
}

void TabSwitches::findAttended() {
  attended_ = nullptr;
  if (!focused_ || locked_ || suspended_) return;
  const auto active = activeTabs_.find(*focused_);
  if (active != activeTabs_.end()) attended_ = &tabs_.at(active->second);
}

}  // namespace dwell::monitor
