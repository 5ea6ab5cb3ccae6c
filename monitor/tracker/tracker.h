#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "monitor/tracker/first_days.h"
#include "schemas/event.h"
#include "schemas/visit.h"

namespace dwell::monitor {

struct TrackerSettings {
  Millis idleThreshold = std::chrono::seconds(15);  ///< one of the edges of 5.3; for active times
  Millis sessionPause = std::chrono::minutes(30);
  Millis resumedAfter = std::chrono::minutes(30);
  Millis quickBack = std::chrono::seconds(30);
  bool hook = true;             ///< keystrokes can be observed
  std::int64_t firstVisit = 1;  ///< numbers go on after a restart
  std::int64_t firstSession = 1;
  std::int64_t firstTrajectory = 1;
  std::int64_t firstSearch = 1;
  std::optional<std::string> inputSource;  ///< where inputs come from: goes into each visit
  /// Whether the URL was visited on a local day before `day` in what an earlier run recorded; none: nothing
  /// was.
  std::function<bool(std::string_view url, std::int32_t day)> visitedBefore;
  std::shared_ptr<FirstDays> firstDays;  ///< none: in memory
};

/// What changed since the last take(). All of it comes whole, and later wins.
struct TrackerOutput {
  /// A visit comes when it has ended, in order of end, and again when a later event amends it (dwell_ms,
  /// quick_back, pogo_stick, trajectory).
  std::vector<schemas::Visit> ended;
  /// What the pages of visits offered: each visit's once, with the visit or after it was open in an earlier
  /// take(). URLs as the event gave them.
  std::vector<schemas::VisitLinks> links;
  /// Numbers of visits that will not come again (5.10). Each ended visit gets here once, in this take() or a
  /// later one: its session is over if it is a SERP visit or a click, the number of its trajectory is sure.
  std::vector<std::int64_t> finals;
  /// Whenever they changed. A trajectory comes as soon as it is sure that its log-in did not fail;
  /// `endReason` is empty while it runs. A search without SERP visits is one that there is no longer.
  std::vector<schemas::Session> sessions;
  std::vector<schemas::Trajectory> trajectories;
  std::vector<schemas::Search> searches;
  /// Trajectories that had come and turned out to follow a failed log-in.
  std::vector<std::int64_t> withdrawnTrajectories;
};

/// Link tables that wait for a take() hold this much at most.
inline constexpr std::size_t kMaxLinkBytes = 16U << 20U;

/// Events ▶ visits: the rules of design section 5.
/// Pure: no clock, no I/O, no thread; the caller passes the time in and asks for the results.
/// Numbers of trajectories and searches are given in order of their beginning as far as that is known by
/// then; the few that are withdrawn leave holes. Results (results.h) numbers a whole trace as section 12
/// says. Memory: open tabs, visits that are not final, searches without a session, and what `firstDays`
/// keeps. Threads: any one. Errors: none; what contradicts itself is counted in losses() and has a defined
/// outcome.
class Tracker {
 public:
  Tracker(TrackerSettings settings, WallTime wallAtZero, UtcOffset offset);
  ~Tracker();
  Tracker(Tracker&&) noexcept;
  Tracker& operator=(Tracker&&) noexcept;

  /// The wall time of MonoTime 0 and the local offset from now on; visits that have begun keep theirs.
  void setClock(WallTime wallAtZero, UtcOffset offset);

  /// In order of time; a time before the last one counts as the last one and as a loss.
  void handle(const schemas::Event& event);

  /// Follows everything up to `now`. How often it is called changes nothing in the result.
  void advance(MonoTime now);

  /// Ends every visit at `now` (exit agent_stopped), as a trace's end does. Nothing counts after it.
  void finish(MonoTime now);

  TrackerOutput take();

  /// The visits that have not ended, as followed so far, in order of start.
  std::vector<schemas::Visit> openVisits() const;

  /// Events that could not count as they stood, by cause: time_went_back, time_out_of_range, after_end,
  /// count_out_of_range, tab_opened_twice, tab_unknown (closed, and never opened), browser_unknown
  /// (disconnected, and never seen), window_unknown (focused, and no tab was ever there), page_without_visit
  /// (an event about the page of a tab that shows none), ranks_dropped, links_late (of a page that is gone),
  /// links_again (a visit's second table), links_dropped (more than kMaxLinkBytes since the last take()),
  /// link_unknown (a press of a place that the visit's table has not, or has with another URL),
  /// presses_dropped, link_url_too_long.
  const std::map<std::string, std::int64_t>& losses() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace dwell::monitor
