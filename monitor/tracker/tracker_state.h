#pragma once

#include <map>
#include <string>
#include <utility>

#include "monitor/tracker/attention.h"
#include "monitor/tracker/click.h"
#include "monitor/tracker/page_links.h"
#include "monitor/tracker/search.h"
#include "monitor/tracker/session.h"
#include "monitor/tracker/tabs.h"
#include "monitor/tracker/tracker.h"
#include "monitor/tracker/trajectory.h"
#include "monitor/tracker/visits.h"

namespace dwell::monitor {

/// The tracker's parts and how they hang together: time and visits in tracker.cpp, a handler per event type
/// in tracker_events.cpp.
struct Tracker::State {
  State(TrackerSettings s, WallTime wallAtZero, UtcOffset offset)
      : settings(std::move(s)),
        visits(settings, wallAtZero, offset),
        sessions(settings.sessionPause, settings.firstSession),
        trajectories(settings.firstTrajectory),
        searches(settings.firstSearch),
        clicks(settings.quickBack) {}

  const TrackerSettings settings;
  Tabs tabs;
  Attention attention;
  Visits visits;
  Sessions sessions;
  Trajectories trajectories;
  Searches searches;
  Clicks clicks;
  PageLinks links;
  std::map<std::string, std::int64_t> losses;

  MonoTime now;
  MonoTime due = MonoTime::max();  ///< before this, time passes without a rule seeing it
  bool finished = false;
  Tab* attendedTab = nullptr;
  Tab* lastTab = nullptr;          ///< the one asked for last: most events come from one
  std::uint64_t order = 0;         ///< of the event being handled, inputs not counted
  std::uint64_t stretchOrder = 0;  ///< of the one that began the stretch in progress
  bool momentPending = false;      ///< a stretch began, and is 0 ms long so far
  Millis unlocked{0};              ///< time neither locked nor suspended, up to:
  MonoTime unlockedUntil;

  void lose(const char* cause, std::int64_t count = 1) { losses[cause] += count; }

  // Time
  void moveTo(MonoTime t);
  void pass(MonoTime t);
  void findDue() { due = momentPending ? now : trajectories.nextExpiry(); }
  Millis unlockedTime() const { return tabs.away() ? unlocked : unlocked + (now - unlockedUntil); }

  // Visits
  Tab& tabOf(const schemas::BrowserId& browser, const schemas::TabId& tab);
  LiveVisit* visitOf(const schemas::BrowserId& browser, const schemas::TabId& tab);
  LiveVisit& begin(Tab& tab, Visits::Reached reached);
  void end(Tab& tab, schemas::Exit exit);
  LiveVisit& resume(Tab& tab);
  void close(Tab& tab);
  void finish();
  bool isFinal(const LiveVisit& visit) const;

  // Attention
  void follow();
  void attend(LiveVisit* visit);
  void settle();
  void settleVisible(Tab& tab);
  void findVisible(Tab& tab);
  /// Locks, unlocks, suspends or resumes.
  template <class Change>
  void changeAway(const Change& change) {
    unlocked = unlockedTime();
    unlockedUntil = now;
    change(tabs);
  }

  // Events
  void on(const schemas::Input& e);
  void countInput(Tab& tab, LiveVisit* visit, const schemas::Input& e);
  void on(const schemas::BrowserConnected& e) { tabs.know(e.browser); }
  void on(const schemas::BrowserDisconnected& e);
  void on(const schemas::WindowFocus& e) {
    if (!tabs.focus(e.browser, e.window)) lose("window_unknown");
  }
  void on(const schemas::TabOpened& e);
  void on(const schemas::TabActivated& e) { tabs.activate(tabOf(e.browser, e.tab), e.window); }
  void on(const schemas::TabClosed& e);
  void on(const schemas::Navigation& e);
  void on(const schemas::PageFocus& e);
  void on(const schemas::PageVisibility& e);
  void on(const schemas::PasswordFocus& e) { tabOf(e.browser, e.tab).passwordFocused = e.focused; }
  void on(const schemas::PageLabel& e);
  void on(const schemas::PageVitals& e);
  void on(const schemas::Media& e);
  void on(const schemas::ScrollDepth& e);
  void on(const schemas::Form& e);
  void on(const schemas::LoginForm& e);
  void on(const schemas::LoginSubmitted& e);
  void on(const schemas::Links& e);
  void on(const schemas::LinkPressed& e);
  void on(const schemas::Serp& e);
  void on(const schemas::SerpSeen& e);
  void on(const schemas::Participant& e) { visits.setParticipant(e.label); }
  void on(const schemas::Mark&) {}
  void on(const schemas::Lock&) {
    changeAway([](Tabs& t) { t.setLocked(true); });
  }
  void on(const schemas::Unlock&) {
    changeAway([](Tabs& t) { t.setLocked(false); });
  }
  void on(const schemas::Suspend&) {
    changeAway([](Tabs& t) { t.setSuspended(true); });
  }
  void on(const schemas::Resume&) {
    changeAway([](Tabs& t) { t.setSuspended(false); });
  }
  void on(const schemas::End&) { finish(); }
};

}  // namespace dwell::monitor
