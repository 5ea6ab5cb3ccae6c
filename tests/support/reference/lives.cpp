#include "tests/support/reference/lives.h"

#include <map>
#include <optional>

#include "tests/support/reference/url.h"

namespace dwell::tests::reference {
namespace {

using Key = std::pair<std::string, std::string>;  // browser, and the id of a window or tab as JSON text

std::string idText(const Event& event, const char* field) {
  const auto found = event.fields.find(field);
  return found == event.fields.end() ? "null" : found->dump();
}

class Biography {
 public:
  Biography(const Trace& trace, const ReferenceSettings& settings) : trace_(trace), settings_(settings) {}

  Lives write() {
    for (now_ = 0; now_ < trace_.events.size(); ++now_) {
      lives_.tabOf.push_back(kNone);
      lives_.navigationOf.push_back(kNone);
      happen(trace_.events[now_]);
      settleAttention();
    }
    return std::move(lives_);
  }

 private:
  TabLife& tab(int index) { return lives_.tabs[static_cast<std::size_t>(index)]; }
  VisitLife& visit(int index) { return lives_.visits[static_cast<std::size_t>(index)]; }

  void happen(const Event& event) {
    switch (event.type) {
      case EventType::lock:
        locked_ = true;
        return;
      case EventType::unlock:
        locked_ = false;
        return;
      case EventType::suspend:
        suspended_ = true;
        return;
      case EventType::resume:
        suspended_ = false;
        return;
      case EventType::windowFocus:
        moveFocus(event);
        return;
      case EventType::browserDisconnected:
        disconnect(event);
        return;
      case EventType::tabClosed:
        closeTab(event);
        return;
      case EventType::tabOpened:
        openTab(event);
        return;
      case EventType::tabActivated:
        activate(event);
        return;
      case EventType::navigation:
        navigate(event);
        return;
      case EventType::pageFocus:
        tab(known(event)).keyboard.change(now_, event.fields.at("focused"));
        return;
      case EventType::passwordFocus:
        tab(known(event)).password.change(now_, event.fields.at("focused"));
        return;
      case EventType::media:
        tab(known(event)).audible.change(now_, event.fields.at("audible"));
        return;
      case EventType::pageVisibility:
        tab(known(event)).visible.change(now_, event.fields.at("visible"));
        return;
      case EventType::pageLabel:
      case EventType::pageVitals:
      case EventType::scrollDepth:
      case EventType::form:
      case EventType::loginForm:
      case EventType::loginSubmitted:
      case EventType::links:
      case EventType::linkPressed:
      case EventType::serp:
      case EventType::serpSeen:
        known(event);
        return;
      case EventType::end:
        stop();
        return;
      case EventType::input:
      case EventType::browserConnected:
      case EventType::participant:
      case EventType::mark:
      case EventType::unknown:
        return;
    }
  }

  Key tabKey(const Event& event) const { return {event.fields.at("browser").dump(), idText(event, "tab")}; }
  Key windowKey(const Event& event) const {
    return {event.fields.at("browser").dump(), idText(event, "window")};
  }

  int find(const Key& key) const {
    const auto found = present_.find(key);
    return found == present_.end() ? kNone : found->second;
  }

  /// The tab that the event is about, known from now on if it was not.
  int known(const Event& event) {
    int index = find(tabKey(event));
    if (index == kNone) {
      index = static_cast<int>(lives_.tabs.size());
      TabLife life;
      life.browser = event.fields.at("browser").get<std::string>();
      life.knownFrom = now_;
      life.goneAt = trace_.events.size() - 1;
      lives_.tabs.push_back(life);
      present_[tabKey(event)] = index;
    }
    lives_.tabOf[now_] = index;
    return index;
  }

  void openTab(const Event& event) {
    const bool isNew = find(tabKey(event)) == kNone;
    const int opened = known(event);
    tab(opened).how = fieldOr<std::string>(event, "how", "unknown");
    if (!isNew || idText(event, "opener") == "null") return;
    tab(opened).hasOpener = true;
    const int opener = find({event.fields.at("browser").dump(), idText(event, "opener")});
    if (opener == kNone || opener == opened) return;
    tab(opened).opener = opener;
    tab(opened).openerVisit = tab(opener).visit.last();
  }

  void activate(const Event& event) {
    known(event);
    const Key active = tabKey(event);
    for (auto window = activeTab_.begin(); window != activeTab_.end();) {
      window = window->second == active ? activeTab_.erase(window) : std::next(window);
    }
    activeTab_[windowKey(event)] = active;
  }

  void moveFocus(const Event& event) {
    const std::string browser = event.fields.at("browser").dump();
    if (idText(event, "window") != "null") {
      focused_ = windowKey(event);
    } else if (focused_ && focused_->first == browser) {
      focused_.reset();
    }
  }

  void forget(const Key& key, Ending ending) {
    const int gone = present_.at(key);
    endVisit(gone, ending);
    tab(gone).goneAt = now_;
    tab(gone).closed = true;
    present_.erase(key);
    for (auto window = activeTab_.begin(); window != activeTab_.end();) {
      window = window->second == key ? activeTab_.erase(window) : std::next(window);
    }
  }

  void closeTab(const Event& event) {
    const Key key = tabKey(event);
    if (find(key) == kNone) return;
    lives_.tabOf[now_] = find(key);
    forget(key, Ending::closed);
  }

  void disconnect(const Event& event) {
    const std::string browser = event.fields.at("browser").dump();
    const std::map<Key, int> all = present_;
    for (const auto& [key, index] : all) {
      if (key.first == browser) forget(key, Ending::browserClosed);
    }
    if (focused_ && focused_->first == browser) focused_.reset();
  }

  void stop() {
    const std::map<Key, int> all = present_;
    for (const auto& [key, index] : all) endVisit(index, Ending::agentStopped);
    stopped_ = true;
  }

  void endVisit(int ofTab, Ending ending) {
    const int ended = tab(ofTab).visit.last();
    if (ended == kNone) return;
    visit(ended).end = now_;
    visit(ended).ending = ending;
    tab(ofTab).visit.change(now_, kNone);
  }

  int startVisit(int inTab, const std::string& url, const std::string& requestedUrl) {
    const int started = static_cast<int>(lives_.visits.size());
    VisitLife life;
    life.tab = inTab;
    life.url = url;
    life.requestedUrl = requestedUrl;
    life.start = now_;
    life.how = tab(inTab).how;
    lives_.visits.push_back(life);
    lastAttention_.push_back(kNone);
    tab(inTab).visit.change(now_, started);
    return started;
  }

  bool isIgnored(const Event& event) const {
    const int index = find(tabKey(event));
    const TabLife* life = index == kNone ? nullptr : &lives_.tab(index);
    const std::string url = event.fields.at("url");
    if (withoutFragment(url) == "about:blank" && (life == nullptr || life->navigations.empty())) return true;
    if (!fieldOr(event, "same_document", false) || life == nullptr || life->visit.last() == kNone)
      return false;
    return sameUrl(url, lives_.visit(life->visit.last()).url);
  }

  void navigate(const Event& event) {
    if (isIgnored(event)) return;
    const int inTab = known(event);
    const int index = static_cast<int>(lives_.navigations.size());
    Navigation navigation;
    navigation.at = now_;
    navigation.tab = inTab;
    navigation.previous = tab(inTab).navigations.empty() ? kNone : tab(inTab).navigations.back();
    navigation.ended = tab(inTab).visit.last();
    navigation.how = tab(inTab).how;
    endVisit(inTab, Ending::navigation);
    if (navigation.ended != kNone) visit(navigation.ended).endedBy = index;
    const std::string url = event.fields.at("url");
    if (isHttp(url) && !fieldOr(event, "error", false)) {
      navigation.started = startVisit(inTab, url, fieldOr<std::string>(event, "requested_url", ""));
      visit(navigation.started).startedBy = index;
    }
    tab(inTab).password.change(now_, false);
    tab(inTab).navigations.push_back(index);
    lives_.navigations.push_back(navigation);
    lives_.navigationOf[now_] = index;
  }

  int attendedTabNow() const {
    if (stopped_ || locked_ || suspended_ || !focused_) return kNone;
    const auto active = activeTab_.find(*focused_);
    return active == activeTab_.end() ? kNone : find(active->second);
  }

  /// After each event: who is attended from here on; a visit that comes back after long is a new one.
  void settleAttention() {
    const std::int64_t t = trace_.timeOf(now_);
    const int wasAttended = now_ == 0 ? kNone : lives_.attendedVisit.back();
    if (wasAttended != kNone && t > trace_.timeOf(now_ - 1)) {
      lastAttention_[static_cast<std::size_t>(wasAttended)] = t;
    }
    const int attended = attendedTabNow();
    int attendedVisit = attended == kNone ? kNone : tab(attended).visit.last();
    if (attendedVisit != kNone && attendedVisit != wasAttended) {
      const std::int64_t last = lastAttention_[static_cast<std::size_t>(attendedVisit)];
      if (last != kNone && t - last >= settings_.resumedAfter.count()) {
        const VisitLife ended = visit(attendedVisit);
        endVisit(attended, Ending::resumed);
        const int resumed = startVisit(attended, ended.url, "");
        visit(resumed).resumedFrom = attendedVisit;
        attendedVisit = resumed;
      }
    }
    lives_.attendedTab.push_back(attended);
    lives_.attendedVisit.push_back(attendedVisit);
    lives_.away.push_back(locked_ || suspended_);
  }

  const Trace& trace_;
  const ReferenceSettings& settings_;
  Lives lives_;
  std::size_t now_ = 0;
  std::map<Key, int> present_;
  std::map<Key, Key> activeTab_;  // of a window
  std::optional<Key> focused_;
  std::vector<std::int64_t> lastAttention_;  // per visit: when its last stretch longer than 0 ended
  bool locked_ = false, suspended_ = false, stopped_ = false;
};

}  // namespace

Lives liveThrough(const Trace& trace, const ReferenceSettings& settings) {
  return Biography(trace, settings).write();
}

}  // namespace dwell::tests::reference
