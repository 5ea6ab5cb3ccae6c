#include <algorithm>
#include <utility>

#include "base/url.h"
#include "monitor/tracker/access_type.h"
#include "monitor/tracker/counting.h"
#include "monitor/tracker/tracker_state.h"
#include "schemas/ignored_navigation.h"

namespace dwell::monitor {

using schemas::AccessType;
using schemas::InputKind;

void Tracker::State::on(const schemas::Input& e) {
  Tab* tab = tabs.attended();
  if (tab != nullptr) sessions.activity(now, visits.wallAtZero());
  // Nothing tells how long a password is: no count, no number of gaps.
  const bool ofPassword =
      e.kind == InputKind::kKey && tab != nullptr && tab->visit && tab->passwordHasKeyboard();
  attention.input(now, ofPassword ? Attention::Gaps::kLeaveOut : Attention::Gaps::kCount);
  if (e.count < 0 || e.count > kMostCounted || e.distancePx < 0 || e.distancePx > kMostCounted) {
    lose("count_out_of_range");
  }
  if (tab != nullptr) countInput(*tab, tab->visit.get(), e);
}

/// Into the segment of the attended tab and the counts of its visit.
void Tracker::State::countInput(Tab& tab, LiveVisit* visit, const schemas::Input& e) {
  using Keyboard = AddressBarSegment::Keyboard;
  const Keyboard keyboard =
      tab.pageHasKeyboard && visit != nullptr ? Keyboard::kInPage : Keyboard::kInBrowser;
  if (e.kind == InputKind::kKey) tab.segment.key(e.keyClass, e.count, keyboard);
  if (e.kind == InputKind::kMouseDown) tab.segment.pointerDown(keyboard);
  if (e.kind == InputKind::kMouseUp && e.keyClass == schemas::KeyClass::kPaste)
    tab.segment.key(e.keyClass, 1, keyboard);
  if (visit == nullptr) return;

  schemas::InputCounts& counts = visit->told.input;
  switch (e.kind) {
    case InputKind::kMouseMove:
      addSaturated(counts.mouseMoves, e.count);
      addSaturated(counts.mouseDistancePx, e.distancePx);
      break;
    case InputKind::kMouseDown:
      addSaturated(counts.mouseDowns, e.count);
      break;
    case InputKind::kMouseUp:
      addSaturated(counts.mouseUps, e.count);
      break;
    case InputKind::kKey:
      if (tab.passwordHasKeyboard()) return;
      addSaturated(tab.pageHasKeyboard ? counts.keys : counts.browserKeys, e.count);
      break;
    case InputKind::kScroll:
      addSaturated(counts.scrolls, e.count);
      break;
    case InputKind::kTouch:
      addSaturated(counts.touches, e.count);
      break;
  }
  if (e.synthetic) addSaturated(counts.synthetic, e.count);
}

void Tracker::State::on(const schemas::BrowserDisconnected& e) {
  if (!tabs.knows(e.browser)) return lose("browser_unknown");
  for (Tab* tab : tabs.withVisit(e.browser)) end(*tab, schemas::Exit::kBrowserClosed);
  tabs.forgetBrowser(e.browser, [this](Tab& tab) { close(tab); });
}

void Tracker::State::on(const schemas::TabOpened& e) {
  if (Tab* known = tabs.find(e.browser, e.tab)) {
    // That it was a link, say, is often learnt only after the tab itself: no contradiction.
    const bool learnt =
        known->how == schemas::TabOpenedBy::kUnknown && e.how != schemas::TabOpenedBy::kUnknown;
    known->how = e.how;
    Tabs::noteWindow(*known->browser, e.window);
    if (!learnt) lose("tab_opened_twice");
    return;
  }
  Tab* opener = e.opener ? tabs.find(e.browser, *e.opener) : nullptr;
  Tab& tab = tabOf(e.browser, e.tab);
  Tabs::noteWindow(*tab.browser, e.window);
  tab.how = e.how;
  tab.hasOpener = e.opener.has_value();
  if (opener == nullptr) return;
  trajectories.tabOpened(*opener, tab);
  if (!opener->visit) return;
  tab.openerVisit = opener->visit->told.id;
  tab.openerResults = Searches::resultsOf(*opener->visit);
}

void Tracker::State::on(const schemas::TabClosed& e) {
  Tab* tab = tabs.find(e.browser, e.tab);
  if (tab == nullptr) return lose("tab_unknown");
  if (tab->visit) end(*tab, schemas::Exit::kClosed);
  close(*tab);
  tabs.forget(*tab);
}

void Tracker::State::on(const schemas::Navigation& e) {
  const std::string_view key = url::withoutFragment(e.url);
  const Tab* known = tabs.find(e.browser, e.tab);
  // An ignored navigation makes no tab known either: no rule sees it.
  const std::string_view page =
      known != nullptr && known->visit ? std::string_view(known->visit->key) : std::string_view();
  if (schemas::isIgnored(e, page, known != nullptr && known->navigated)) return;
  Tab& tab = tabOf(e.browser, e.tab);
  Tabs::noteWindow(*tab.browser, e.window);
  const std::string_view requested = e.requestedUrl.empty() ? std::string_view(e.url) : e.requestedUrl;
  LiveVisit* before = tab.visit.get();

  NavigationFacts facts;
  facts.transition = e.transition;
  facts.qualifiers = e.qualifiers;
  facts.inputsObserved = attention.inputsObserved();
  facts.hook = settings.hook;
  facts.firstOfTab = !tab.navigated;
  facts.hasOpener = tab.hasOpener;
  facts.openedRestored = tab.how == schemas::TabOpenedBy::kRestored;
  if (before != nullptr) {
    facts.pageBefore = before->told.accessType;
    facts.sameUrlAsBefore = before->key == key;
    facts.untouchedBefore = before->inputsBefore == attention.inputs() && before->told.linksPressed == 0;
  }
  facts.segment = tab.segment;
  facts.requestedUrl = requested;
  const Access access = accessOf(facts);

  Visits::Reached reached;
  reached.key = key;
  reached.by = access.type;
  if (e.qualifiers.fromAddressBar && !e.qualifiers.forwardBack) {
    reached.typedCharacters = tab.segment.net();
  }
  if (access.redirect) reached.redirectedFrom = before->told.id;
  std::shared_ptr<ShownResults> source;
  if (access.redirect || hasSource(access.type)) {
    if (before != nullptr) {
      reached.sourceVisit = before->told.id;
      source = before->results;
    } else if (!tab.navigated) {
      reached.sourceVisit = tab.openerVisit;
      source = tab.openerResults;
    }
  }
  tab.navigated = true;
  tab.openerVisit.reset();
  tab.openerResults.reset();
  tab.segment.navigated();
  tab.passwordFocused = false;

  if (before != nullptr) end(tab, access.redirect ? schemas::Exit::kRedirect : schemas::exitBy(access.type));
  if (!attention.inputsObserved() && tabs.attended() == &tab && !access.redirect) {
    sessions.activity(now, visits.wallAtZero());
  }
  if (e.error || !url::isHttp(e.url)) return;

  LiveVisit& visit = begin(tab, std::move(reached));
  const bool leadsOn = access.redirect || access.type == AccessType::kFormSubmit;
  trajectories.navigated(tab, {before, &visit, leadsOn}, now);
  const std::string requestedKey(url::withoutFragment(requested));
  if (access.redirect) {
    if (before->click) clicks.redirect(*before, visit, requestedKey);
  } else if (access.type == AccessType::kLink && source && source->results) {
    clicks.follow(visit, requestedKey, source);
  }
}

void Tracker::State::on(const schemas::PageFocus& e) {
  Tab& tab = tabOf(e.browser, e.tab);
  if (tab.pageHasKeyboard && !e.focused) tab.segment.restart();
  tab.pageHasKeyboard = e.focused;
}

void Tracker::State::on(const schemas::PageVisibility& e) {
  Tab& tab = tabOf(e.browser, e.tab);
  tab.visible = e.visible;
  findVisible(tab);
}

void Tracker::State::on(const schemas::PageLabel& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) visit->told.label = e.label;
}

void Tracker::State::on(const schemas::PageVitals& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) {
    visit->told.vitals = schemas::Vitals{e.lcpMs, e.inpMs, e.cls};
  }
}

void Tracker::State::on(const schemas::Media& e) {
  Tab& tab = tabOf(e.browser, e.tab);
  if (tab.visit && tab.visit.get() == attention.visit()) attention.settle(now);
  tab.audible = e.audible;
}

void Tracker::State::on(const schemas::ScrollDepth& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) {
    if (e.percent < 0 || e.percent > 100) lose("count_out_of_range");
    int& depth = visit->told.scrollDepthPercent;
    depth = std::max(depth, std::clamp(e.percent, 0, 100));
  }
}

void Tracker::State::on(const schemas::Form& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) {
    schemas::FormCounts& form = visit->told.form;
    if (std::min({e.fields, e.characters, e.autofilled}) < 0 ||
        std::max({e.fields, e.characters, e.autofilled}) > kMostCounted) {
      lose("count_out_of_range");
    }
    addSaturated(form.fields, e.fields);
    addSaturated(form.characters, e.characters);
    addSaturated(form.autofilled, e.autofilled);
  }
}

void Tracker::State::on(const schemas::LoginForm& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) {
    visit->told.loginForm = true;
    trajectories.loginFormShown(*visit);
  }
}

void Tracker::State::on(const schemas::LoginSubmitted& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) visit->lastSubmission = now;
}

void Tracker::State::on(const schemas::Links& e) {
  LiveVisit* visit = visitOf(e.browser, e.tab);
  if (visit == nullptr) return;
  if (e.taken && *e.taken < visit->start) return lose("links_late");
  if (const char* lost = links.offered(*visit, e.links)) lose(lost);
}

void Tracker::State::on(const schemas::LinkPressed& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) {
    addSaturated(visit->told.linksPressed, 1);
    if (const char* lost = PageLinks::pressed(*visit, e)) lose(lost);
  }
}

void Tracker::State::on(const schemas::Serp& e) {
  if (!e.recognised) lose("serp_not_recognised");
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) searches.shown(*visit, e);
}

void Tracker::State::on(const schemas::SerpSeen& e) {
  if (LiveVisit* visit = visitOf(e.browser, e.tab)) {
    const std::size_t lost = searches.seen(*visit, e.ranks);
    if (lost > 0) lose("ranks_dropped", static_cast<std::int64_t>(lost));
  }
}

}  // namespace dwell::monitor
