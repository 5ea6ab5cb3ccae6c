#include "tests/support/reference/trajectories.h"

#include <algorithm>
#include <optional>

#include "tests/support/reference/url.h"

namespace dwell::tests::reference {
namespace {

constexpr std::int64_t kLoginWindowMs = 60'000;        // 5.6
constexpr std::int64_t kTimeoutMs = 30 * 60 * 1000LL;  // 5.6

bool contains(const std::vector<int>& list, int value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

class Follower {
 public:
  Follower(const Trace& trace, const Lives& lives, const AccessTypes& access, const AttentionOfAll& attention)
      : trace_(trace), lives_(lives), access_(access) {
    stretchesOf_.resize(lives.visits.size());
    for (const Stretch& stretch : attention.stretches) {
      stretchesOf_[static_cast<std::size_t>(stretch.visit)].push_back(stretch);
    }
    startedAt_.assign(trace.events.size(), kNone);
    for (std::size_t v = 0; v < lives.visits.size(); ++v)
      startedAt_[lives.visits[v].start] = static_cast<int>(v);
  }

  std::vector<Trajectory> follow() {
    for (std::size_t i = 0; i < trace_.events.size(); ++i) {
      const Event& event = trace_.events[i];
      const int started = startedAt_[i];
      const bool closes = event.type == EventType::tabClosed || event.type == EventType::browserDisconnected;
      const bool opens = event.type == EventType::tabOpened;
      const bool ends = event.type == EventType::end;
      if (event.type == EventType::loginForm) withdraw(lives_.visitOf(i));
      if (started == kNone && !closes && !opens && !ends) continue;
      timeOut(trace_.timeOf(i));
      if (started != kNone) begin(started, i);
      if (opens) adopt(lives_.tabOf[i], i);
      if (closes) endClosed(i);
      if (ends) endAll(i);
    }
    all_.erase(std::remove_if(all_.begin(), all_.end(), [](const Trajectory& one) { return one.withdrawn; }),
               all_.end());
    return all_;
  }

 private:
  static void end(Trajectory& trajectory, const char* reason, std::int64_t t) {
    trajectory.endReason = reason;
    trajectory.end = t;
  }

  /// The login form shown again in the first step: the log-in failed.
  void withdraw(int shownIn) {
    if (shownIn == kNone) return;
    for (Trajectory& one : all_) {
      const bool again = withoutQueryAndFragment(lives_.visit(one.loginVisit).url) ==
                         withoutQueryAndFragment(lives_.visit(shownIn).url);
      if (one.steps.front() == shownIn && again) one.withdrawn = true;
    }
  }

  /// The first moment after which 30 min passed until `now` without attention on a step or a new step.
  std::optional<std::int64_t> pauseBegan(const Trajectory& trajectory, std::int64_t now) const {
    std::vector<std::pair<std::int64_t, std::int64_t>> alive;
    for (const int step : trajectory.steps) {
      const std::int64_t start = trace_.timeOf(lives_.visit(step).start);
      alive.emplace_back(start, start);
      for (const Stretch& stretch : stretchesOf_[static_cast<std::size_t>(step)]) {
        if (stretch.from < now) alive.emplace_back(stretch.from, std::min(stretch.to, now));
      }
    }
    alive.emplace_back(now, now);
    std::sort(alive.begin(), alive.end());
    std::int64_t last = alive.front().second;
    for (const auto& [from, to] : alive) {
      if (from - last >= kTimeoutMs) return last;
      last = std::max(last, to);
    }
    return std::nullopt;
  }

  void timeOut(std::int64_t now) {
    for (Trajectory& one : all_) {
      if (!one.runs()) continue;
      if (const std::optional<std::int64_t> last = pauseBegan(one, now)) end(one, "timeout", *last);
    }
  }

  /// A visit starts: it may begin a trajectory, carry one to another site, be a step.
  void begin(int started, std::size_t i) {
    const std::int64_t t = trace_.timeOf(i);
    const VisitLife& visit = lives_.visit(started);
    const std::string site = siteOf(visit.url);
    const int navigation = visit.startedBy;
    const bool loggedIn = navigation != kNone && startTrajectory(lives_.navigation(navigation), site);
    if (!loggedIn && navigation != kNone) carry(navigation, visit.tab, site, t);
    for (Trajectory& one : all_) {
      if (!one.runs() || one.site != site || !contains(one.tabs, visit.tab)) continue;
      one.steps.push_back(started);
      if (hasLogoutSegment(visit.url)) end(one, "logout", t);
    }
  }

  bool startTrajectory(const Navigation& navigation, const std::string& site) {
    if (navigation.ended == kNone) return false;
    const VisitLife& login = lives_.visit(navigation.ended);
    std::optional<std::int64_t> submitted;
    for (std::size_t i = login.start; i < login.end; ++i) {
      const bool here =
          trace_.events[i].type == EventType::loginSubmitted && lives_.visitOf(i) == navigation.ended;
      if (here) submitted = trace_.timeOf(i);
    }
    const std::int64_t t = trace_.timeOf(navigation.at);
    if (!submitted || t - *submitted > kLoginWindowMs) return false;
    endOthersOn(site, nullptr, t);
    Trajectory trajectory;
    trajectory.loginVisit = navigation.ended;
    trajectory.submitted = *submitted;
    trajectory.site = site;
    trajectory.tabs.push_back(navigation.tab);
    all_.push_back(trajectory);
    return true;
  }

  /// A redirect or form to another site within the minute. Of several trajectories that it carries there, the
  /// one that started last goes on.
  void carry(int navigation, int tab, const std::string& site, std::int64_t t) {
    const Access& access = access_.ofNavigation[static_cast<std::size_t>(navigation)];
    if (!access.redirect && access.type != "form_submit") return;
    Trajectory* carried = nullptr;
    for (Trajectory& one : all_) {
      const bool leads =
          one.runs() && contains(one.tabs, tab) && one.site != site && t - one.submitted <= kLoginWindowMs;
      if (!leads) continue;
      if (carried != nullptr) end(*carried, "login_again", t);
      carried = &one;
    }
    if (carried == nullptr) return;
    endOthersOn(site, carried, t);
    carried->site = site;
  }

  void endOthersOn(const std::string& site, const Trajectory* but, std::int64_t t) {
    for (Trajectory& one : all_) {
      if (&one != but && one.runs() && one.site == site) end(one, "login_again", t);
    }
  }

  void adopt(int opened, std::size_t i) {
    const TabLife& tab = lives_.tab(opened);
    if (tab.knownFrom != i || tab.opener == kNone) return;
    for (Trajectory& one : all_) {
      if (one.runs() && contains(one.tabs, tab.opener)) one.tabs.push_back(opened);
    }
  }

  void endClosed(std::size_t i) {
    for (Trajectory& one : all_) {
      const bool anyOpen = std::any_of(one.tabs.begin(), one.tabs.end(), [&](int index) {
        const TabLife& tab = lives_.tab(index);
        return !tab.closed || tab.goneAt > i;
      });
      if (one.runs() && !anyOpen) end(one, "closed", trace_.timeOf(i));
    }
  }

  void endAll(std::size_t i) {
    for (Trajectory& one : all_) {
      if (one.runs()) end(one, "agent_stopped", trace_.timeOf(i));
    }
  }

  const Trace& trace_;
  const Lives& lives_;
  const AccessTypes& access_;
  std::vector<std::vector<Stretch>> stretchesOf_;
  std::vector<int> startedAt_;  // per event: the visit that starts there
  std::vector<Trajectory> all_;
};

}  // namespace

std::vector<Trajectory> followLogins(const Trace& trace, const Lives& lives, const AccessTypes& access,
                                     const AttentionOfAll& attention) {
  return Follower(trace, lives, access, attention).follow();
}

}  // namespace dwell::tests::reference
