#include "monitor/tracker/tracker.h"

#include <algorithm>
#include <limits>
#include <utility>
#include <variant>

#include "monitor/tracker/counting.h"
#include "monitor/tracker/tracker_state.h"

namespace dwell::monitor {

Tracker::Tracker(TrackerSettings settings, WallTime wallAtZero, UtcOffset offset)
    : state_(std::make_unique<State>(std::move(settings), wallAtZero, offset)) {}
Tracker::~Tracker() = default;
Tracker::Tracker(Tracker&&) noexcept = default;
Tracker& Tracker::operator=(Tracker&&) noexcept = default;

void Tracker::setClock(WallTime wallAtZero, UtcOffset offset) { state_->visits.setClock(wallAtZero, offset); }

void Tracker::handle(const schemas::Event& event) {
  State& s = *state_;
  if (s.finished) return s.lose("after_end");
  s.moveTo(event.time);
  if (const auto* input = std::get_if<schemas::Input>(&event.body)) {
    s.on(*input);
  } else {
    ++s.order;
    std::visit([&](const auto& body) { s.on(body); }, event.body);
    if (!s.finished) s.follow();
  }
}

void Tracker::advance(MonoTime now) {
  if (!state_->finished && now > state_->now) state_->moveTo(now);
}

void Tracker::finish(MonoTime now) {
  advance(now);
  state_->finish();
}

TrackerOutput Tracker::take() {
  State& s = *state_;
  s.settle();
  TrackerOutput out;
  s.sessions.take(out.sessions);
  s.trajectories.take(out.trajectories, out.withdrawnTrajectories);
  s.links.take(out.links);
  s.searches.take(out.searches, [&](std::int64_t session) { return s.sessions.gone(session); });
  for (auto* amended : {&s.trajectories.amended(), &s.clicks.amended()}) {
    for (LiveVisit* visit : *amended) s.visits.amend(*visit);
    amended->clear();
  }
  s.visits.take(out, [&](LiveVisit& visit) {
    if (!s.isFinal(visit)) return false;
    if (visit.click) visit.click->holder = nullptr;
    return true;
  });
  s.clicks.forget([&](std::int64_t session) { return s.finished || s.sessions.over(session, s.now); });
  return out;
}

std::vector<schemas::Visit> Tracker::openVisits() const {
  State& s = *state_;
  s.settle();
  std::vector<schemas::Visit> out;
  for (Tab* tab : s.tabs.withVisit()) {
    s.settleVisible(*tab);
    Visits::tell(*tab->visit, s.now);
    out.push_back(tab->visit->told);
  }
  return out;
}

const std::map<std::string, std::int64_t>& Tracker::losses() const { return state_->losses; }

void Tracker::State::moveTo(MonoTime t) {
  if (t < now) {
    lose("time_went_back");
    return;
  }
  constexpr MonoTime kLatest(Millis{kMostCounted});  // keeps sums of times in range
  if (t > kLatest) {
    lose("time_out_of_range");
    t = kLatest;
  }
  if (t > due || (t == due && !momentPending)) pass(t);
  now = t;
}

/// Something becomes due on the way to `t`.
void Tracker::State::pass(MonoTime t) {
  if (t == now) return;
  if (momentPending) {
    momentPending = false;
    LiveVisit& visit = *attention.visit();
    const MonoTime start = attention.stretchStart();
    if (!visit.firstAttention) visit.firstAttention = start;
    clicks.moment(visit, {start, stretchOrder, sessions.inProgress(start)});
  }
  if (t >= trajectories.nextExpiry()) trajectories.expire(attention.visit(), t);
  findDue();
}

Tab& Tracker::State::tabOf(const schemas::BrowserId& browser, const schemas::TabId& tab) {
  if (lastTab == nullptr || lastTab->id != tab || lastTab->browser->id != browser) {
    lastTab = &tabs.know(browser, tab);
  }
  return *lastTab;
}

LiveVisit* Tracker::State::visitOf(const schemas::BrowserId& browser, const schemas::TabId& tab) {
  LiveVisit* visit = tabOf(browser, tab).visit.get();
  if (visit == nullptr) lose("page_without_visit");
  return visit;
}

LiveVisit& Tracker::State::begin(Tab& tab, Visits::Reached reached) {
  settleVisible(tab);
  const auto session = sessions.inProgress(now);
  LiveVisit& visit = visits.begin(tab, std::move(reached), attention.inputs(), session, now);
  visit.order = order;
  if (session) sessions.visitStarted(*session);
  searches.visitStarted(visit);
  return visit;
}

void Tracker::State::end(Tab& tab, schemas::Exit exit) {
  LiveVisit& visit = *tab.visit;
  if (attention.visit() == &visit) attend(nullptr);
  settleVisible(tab);
  if (visit.told.session) sessions.visitEnded(*visit.told.session, exit == schemas::Exit::kRedirect);
  trajectories.visitEnded(visit);
  Clicks::visitEnded(visit);
  PageLinks::visitEnded(visit);
  visits.end(tab, exit, now);
}

/// Puts a visit of the same URL in the place of the tab's visit, which was left for long (5.1).
LiveVisit& Tracker::State::resume(Tab& tab) {
  using schemas::AccessType;
  Visits::Reached reached{tab.visit->key, AccessType::kResumed, tab.visit->told.id, {}, {}};
  const auto offered = tab.visit->links;  // the page is the same, and says nothing again
  end(tab, schemas::exitBy(AccessType::kResumed));
  LiveVisit& visit = begin(tab, std::move(reached));
  if (offered) links.offered(visit, offered);
  trajectories.resumed(tab, visit, now);
  return visit;
}

/// The tab's visit has ended already.
void Tracker::State::close(Tab& tab) {
  trajectories.tabClosed(tab, now);
  if (attendedTab == &tab) attendedTab = nullptr;
  if (lastTab == &tab) lastTab = nullptr;
}

void Tracker::State::finish() {
  if (std::exchange(finished, true)) return;
  for (Tab* tab : tabs.withVisit()) end(*tab, schemas::Exit::kAgentStopped);
  trajectories.finish(now);
}

bool Tracker::State::isFinal(const LiveVisit& visit) const {
  if (finished) return true;
  const bool searched = (visit.results && visit.results->results) || (visit.click && visit.click->counts);
  if (searched && !sessions.over(visit.told.session, now)) return false;
  if (visit.trajectory && !visit.trajectory->settled()) return false;
  return !visit.click || clicks.decided(*visit.click);
}

/// Attends what is attended now.
void Tracker::State::follow() {
  Tab* tab = tabs.attended();
  if (tab != attendedTab) {
    Tab* before = std::exchange(attendedTab, tab);
    if (before != nullptr) findVisible(*before);
    if (tab != nullptr) findVisible(*tab);
  }
  LiveVisit* visit = tab == nullptr ? nullptr : tab->visit.get();
  if (visit != nullptr && visit != attention.visit() && visit->firstAttention &&
      now - visit->attentionEnd >= settings.resumedAfter) {
    visit = &resume(*tab);
  }
  attend(visit);
  findDue();
}

void Tracker::State::attend(LiveVisit* visit) {
  LiveVisit* before = attention.visit();
  if (visit == before) return;
  settle();
  attention.attend(visit, now);
  stretchOrder = order;
  momentPending = visit != nullptr;
}

/// Brings what is told of the attended visit and of what it belongs to up to now.
void Tracker::State::settle() {
  LiveVisit* visit = attention.visit();
  if (visit == nullptr || now == attention.stretchStart()) return;
  attention.settle(now);
  trajectories.attended(*visit, now);
  const std::int64_t active =
      schemas::activeMs(visit->told.attentionByInputAgeMs, toMs(settings.idleThreshold));
  const std::int64_t more = active - std::exchange(visit->activeTold, active);
  if (more == 0) return;
  if (visit->told.session) sessions.addActive(*visit->told.session, more);
  trajectories.addActive(*visit, more);
}

void Tracker::State::settleVisible(Tab& tab) {
  if (!tab.unattendedSince) return;
  const Millis time = unlockedTime();
  if (tab.visit) tab.visit->told.visibleUnattendedMs += toMs(time - *tab.unattendedSince);
  tab.unattendedSince = time;
}

void Tracker::State::findVisible(Tab& tab) {
  settleVisible(tab);
  tab.unattendedSince.reset();
  if (tab.visible && &tab != attendedTab) tab.unattendedSince = unlockedTime();
}

}  // namespace dwell::monitor
