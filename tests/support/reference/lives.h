#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/reference/reference.h"
#include "tests/support/reference/trace.h"

namespace dwell::tests::reference {

constexpr int kNone = -1;

/// What a thing was after each event, as the list of its changes: (event, value from it on).
template <typename Value>
class History {
 public:
  explicit History(Value before) : before_(before) {}
  void change(std::size_t event, Value value) { changes_.emplace_back(event, value); }
  Value after(std::size_t event) const {
    const auto later = std::upper_bound(
        changes_.begin(), changes_.end(), event,
        [](std::size_t at, const std::pair<std::size_t, Value>& change) { return at < change.first; });
    return later == changes_.begin() ? before_ : std::prev(later)->second;
  }
  Value before(std::size_t event) const { return event == 0 ? before_ : after(event - 1); }
  Value last() const { return changes_.empty() ? before_ : changes_.back().second; }

 private:
  Value before_;
  std::vector<std::pair<std::size_t, Value>> changes_;
};

/// One life of a tab: its id may be used again by another.
struct TabLife {
  std::string browser;
  bool hasOpener = false;
  int opener = kNone;       ///< the life of its opener, none where that was not known
  int openerVisit = kNone;  ///< what the opener showed when this was opened
  std::size_t knownFrom = 0;
  std::size_t goneAt = 0;  ///< the last event if it never closed
  bool closed = false;
  History<bool> keyboard{true};  ///< the page, not the browser, has it
  History<bool> password{false};
  History<bool> audible{false};
  History<bool> visible{false};
  History<int> visit{kNone};
  std::string how = "unknown";  ///< at the end
  std::vector<int> navigations;
};

enum class Ending { navigation, resumed, closed, browserClosed, agentStopped };

struct VisitLife {
  int tab = kNone;
  std::string url;
  std::string requestedUrl;  ///< empty without
  std::size_t start = 0;     ///< event
  std::size_t end = 0;       ///< event
  Ending ending = Ending::agentStopped;
  int startedBy = kNone;    ///< navigation; none for a resumed visit
  int endedBy = kNone;      ///< navigation
  int resumedFrom = kNone;  ///< visit
  std::string how;          ///< its tab was opened
};

/// A navigation that is not ignored.
struct Navigation {
  std::size_t at = 0;
  int tab = kNone;
  int previous = kNone;  ///< navigation of the same tab
  int ended = kNone;     ///< visit
  int started = kNone;   ///< visit
  std::string how;
};

/// 5.1 and 5.2: who lived when, and who was attended after each event.
struct Lives {
  std::vector<TabLife> tabs;
  std::vector<VisitLife> visits;
  std::vector<Navigation> navigations;
  /// One value per event of the trace.
  std::vector<int> tabOf;         ///< the tab that the event is about, none for ignored navigations
  std::vector<int> navigationOf;  ///< where the event is one that counts
  std::vector<int> attendedTab;
  std::vector<int> attendedVisit;
  std::vector<bool> away;  ///< locked or suspended

  /// The visit of the event's own tab, as the event found it.
  int visitOf(std::size_t event) const {
    return tabOf[event] == kNone ? kNone : tabs[static_cast<std::size_t>(tabOf[event])].visit.before(event);
  }
  const TabLife& tab(int index) const { return tabs[static_cast<std::size_t>(index)]; }
  const VisitLife& visit(int index) const { return visits[static_cast<std::size_t>(index)]; }
  const Navigation& navigation(int index) const { return navigations[static_cast<std::size_t>(index)]; }
};

Lives liveThrough(const Trace& trace, const ReferenceSettings& settings);

}  // namespace dwell::tests::reference
