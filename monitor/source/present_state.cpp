#include "monitor/source/present_state.h"

#include <utility>

#include "base/url.h"
#include "schemas/ignored_navigation.h"

namespace dwell::monitor {
namespace {

/// The last event of type Body among those kept.
template <class Body>
const Body* last(const std::map<std::size_t, schemas::EventBody>& kept) {
  const auto found = kept.find(schemas::EventBody(Body{}).index());
  return found == kept.end() ? nullptr : &std::get<Body>(found->second);
}

}  // namespace

void PresentState::on(const schemas::BrowserDisconnected& body) {
  browsers_.erase(body.browser);
  if (focus_ && focus_->browser == body.browser) focus_.reset();
}

void PresentState::on(const schemas::WindowFocus& body) {
  if (body.window)
    focus_ = body;
  else if (focus_ && focus_->browser == body.browser)
    focus_.reset();
}

void PresentState::on(const schemas::TabOpened& body) {
  auto& tab = browsers_[body.browser].tabs[body.tab];
  if (tab.opened)
    tab.opened->how = body.how;
  else
    tab.opened = body;
}

void PresentState::on(const schemas::TabActivated& body) {
  auto& tabs = browsers_[body.browser].tabs;
  for (auto& [id, tab] : tabs)
    if (tab.activeIn == body.window) tab.activeIn.reset();
  tabs[body.tab].activeIn = body.window;
}

void PresentState::on(const schemas::Navigation& body) {
  auto& tab = browsers_[body.browser].tabs[body.tab];
  const std::string_view page = tab.page ? std::string_view(tab.page->url) : std::string_view();
  if (schemas::isIgnored(body, page, tab.navigated)) return;
  tab.navigated = true;
  tab.ofPage.clear();
  tab.page.reset();
  if (body.error || !url::isHttp(body.url)) return;
  tab.page = body;
  tab.page->requestedUrl.clear();
  tab.page->transition = schemas::Transition::kPresent;
  tab.page->qualifiers = {};
  tab.page->sameDocument = false;
}

std::vector<schemas::EventBody> PresentState::events() const {
  std::vector<schemas::EventBody> told;
  for (const auto& [id, browser] : browsers_) {
    if (browser.connected) told.emplace_back(*browser.connected);
    for (const auto& [tabId, tab] : browser.tabs) {
      if (tab.opened) told.emplace_back(*tab.opened);
      if (tab.activeIn) told.emplace_back(schemas::TabActivated{id, tabId, *tab.activeIn});
      if (tab.page) told.emplace_back(*tab.page);
      for (const auto* kept : {&tab.ofTab, &tab.ofPage})
        for (const auto& [type, body] : *kept) told.push_back(body);
    }
  }
  if (focus_) told.emplace_back(*focus_);
  if (participant_) told.emplace_back(*participant_);
  if (locked_) told.emplace_back(schemas::Lock{});
  if (suspended_) told.emplace_back(schemas::Suspend{});
  return told;
}

bool PresentState::passwordHasKeyboard() const {
  if (!focus_) return false;
  const auto browser = browsers_.find(focus_->browser);
  if (browser == browsers_.end()) return false;
  for (const auto& [id, tab] : browser->second.tabs) {
    if (tab.activeIn != focus_->window) continue;
    const auto* password = last<schemas::PasswordFocus>(tab.ofPage);
    const auto* page = last<schemas::PageFocus>(tab.ofTab);
    return password != nullptr && password->focused && (page == nullptr || page->focused);
  }
  return false;
}

}  // namespace dwell::monitor
