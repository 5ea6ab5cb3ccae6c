#include "monitor/tracker/trajectory.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/url.h"
#include "monitor/tracker/tabs.h"

namespace dwell::monitor {
namespace {

constexpr Millis kAfterSubmission = std::chrono::seconds(60);  // 5.6
constexpr Millis kTimeout = std::chrono::minutes(30);          // 5.6

bool isLogout(std::string_view pageUrl) {
  static constexpr std::array<std::string_view, 6> kWords = {"logout",   "log-out", "signout",
                                                             "sign-out", "logoff",  "signoff"};
  for (const std::string_view segment : url::pathSegments(pageUrl)) {
    std::string word(segment.substr(0, segment.rfind('.')));
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) return true;
  }
  return false;
}

}  // namespace

void Trajectories::navigated(Tab& tab, const Step& step, MonoTime now) {
  if (step.visit == nullptr) return;
  const LiveVisit* before = step.before;
  if (before != nullptr && before->lastSubmission && now - *before->lastSubmission <= kAfterSubmission) {
    begin(tab, *step.before, *step.visit, now);
    return;
  }
  const bool any = std::any_of(tab.trajectories.begin(), tab.trajectories.end(),
                               [](const Shared& t) { return t->running; });
  if (!any) return;

  const std::string site = url::site(step.visit->key);
  // Where the navigation leads several to one site, the latest comes there, and the others end.
  Shared mover;
  if (step.leadsOn) {
    for (const Shared& t : tab.trajectories) {
      if (t->running && t->told.site != site && now - t->submission <= kAfterSubmission) {
        if (mover) end(mover, "login_again", now);
        mover = t;
      }
    }
  }
  if (mover) {
    takeSite(mover, site, now);
    mover->told.site = site;
    touch(mover);
    addStep(mover, *step.visit, now);
    return;
  }
  for (const Shared& t : tab.trajectories) {
    if (t->running && t->told.site == site) {
      addStep(t, *step.visit, now);
      return;  // one trajectory a site
    }
  }
}

void Trajectories::resumed(Tab& tab, LiveVisit& visit, MonoTime now) {
  navigated(tab, Step{nullptr, &visit, false}, now);
}

void Trajectories::begin(Tab& tab, LiveVisit& login, LiveVisit& first, MonoTime now) {
  auto t = std::make_shared<LoginTrajectory>();
  t->told.loginUrl = login.told.url;
  t->told.site = url::site(first.key);
  t->told.start = login.told.start;
  t->wallAtZero = login.wallAtZero;
  t->submission = *login.lastSubmission;
  t->lastStepStart = now;
  takeSite(t, t->told.site, now);
  t->openTabs = 1;
  auto& of = tab.trajectories;
  of.erase(std::remove_if(of.begin(), of.end(), [](const Shared& other) { return !other->running; }),
           of.end());
  of.push_back(t);
  running_.push_back(t);
  unnumbered_.push_back(t);
  nextExpiry_ = std::min(nextExpiry_, now + kTimeout);
  const bool mayFail = url::withoutQueryAndFragment(first.key) == url::withoutQueryAndFragment(login.key);
  if (mayFail) t->firstStep = &first;
  addStep(t, first, now);
  if (!mayFail) confirm(t);
}

void Trajectories::addStep(const Shared& t, LiveVisit& visit, MonoTime now) {
  t->told.steps.push_back(visit.told.id);
  t->urls.insert(visit.key);
  t->told.distinctUrls = static_cast<std::int64_t>(t->urls.size());
  t->lastStepStart = now;
  visit.trajectory = t;
  if (!t->settled()) t->unsettledSteps.push_back(&visit);
  if (t->told.id != 0) {
    visit.told.trajectory =
        schemas::TrajectoryStep{t->told.id, static_cast<std::int64_t>(t->told.steps.size())};
  }
  touch(t);
  if (isLogout(visit.key)) end(t, "logout", now);
}

void Trajectories::takeSite(const Shared& newcomer, const std::string& site, MonoTime now) {
  const std::vector<Shared> running = running_;
  for (const Shared& t : running) {
    if (t != newcomer && t->told.site == site) end(t, "login_again", now);
  }
}

void Trajectories::tabOpened(Tab& opener, Tab& tab) {
  for (const Shared& t : opener.trajectories) {
    if (!t->running) continue;
    ++t->openTabs;
    tab.trajectories.push_back(t);
  }
}

void Trajectories::tabClosed(Tab& tab, MonoTime now) {
  const std::vector<Shared> of = std::move(tab.trajectories);
  tab.trajectories.clear();
  for (const Shared& t : of) {
    if (--t->openTabs == 0 && t->running) end(t, "closed", now);
  }
}

void Trajectories::loginFormShown(LiveVisit& visit) {
  const Shared t = visit.trajectory;
  if (!t || t->firstStep != &visit) return;
  t->withdrawn = true;
  t->firstStep = nullptr;
  t->running = false;
  running_.erase(std::remove(running_.begin(), running_.end(), t), running_.end());
  unnumbered_.erase(std::remove(unnumbered_.begin(), unnumbered_.end(), t), unnumbered_.end());
  if (t->told.id != 0) withdrawn_.push_back(t->told.id);
  for (LiveVisit* step : t->unsettledSteps) {
    step->told.trajectory.reset();
    step->trajectory.reset();
    if (step->ended) amended_.push_back(step);
  }
  t->unsettledSteps.clear();
}

void Trajectories::attended(LiveVisit& visit, MonoTime end) {
  if (!visit.trajectory || !visit.trajectory->running) return;
  visit.trajectory->lastAttention = end;
  touch(visit.trajectory);
}

void Trajectories::addActive(LiveVisit& visit, std::int64_t ms) {
  if (!visit.trajectory) return;
  visit.trajectory->told.activeMs += ms;
  touch(visit.trajectory);
}

void Trajectories::visitEnded(LiveVisit& visit) {
  const Shared t = visit.trajectory;
  if (t && t->firstStep == &visit) {
    t->firstStep = nullptr;
    confirm(t);
  }
}

void Trajectories::expire(const LiveVisit* attended, MonoTime now) {
  nextExpiry_ = MonoTime::max();
  const std::vector<Shared> running = running_;
  for (const Shared& t : running) {
    if (attended != nullptr && attended->trajectory == t) t->lastAttention = now;
    const MonoTime last = t->lastMoment();
    if (now - last >= kTimeout) {
      end(t, "timeout", last);
    } else {
      nextExpiry_ = std::min(nextExpiry_, last + kTimeout);
    }
  }
}

void Trajectories::finish(MonoTime now) {
  while (!running_.empty()) end(Shared(running_.front()), "agent_stopped", now);
}

void Trajectories::take(std::vector<schemas::Trajectory>& out, std::vector<std::int64_t>& withdrawn) {
  for (const Shared& t : changed_) {
    t->changed = false;
    if (t->withdrawn || t->told.id == 0) continue;  // its number brings it back
    if (t->running) t->told.end = t->wallAtZero + t->lastMoment().time_since_epoch();
    out.push_back(t->told);
  }
  changed_.clear();
  withdrawn.insert(withdrawn.end(), withdrawn_.begin(), withdrawn_.end());
  withdrawn_.clear();
}

void Trajectories::end(const Shared& trajectory, const char* reason, MonoTime at) {
  const auto it = std::find(running_.begin(), running_.end(), trajectory);
  if (it != running_.end()) running_.erase(it);
  trajectory->running = false;
  trajectory->told.endReason = reason;
  trajectory->told.end = trajectory->wallAtZero + at.time_since_epoch();
  touch(trajectory);
}

void Trajectories::confirm(const Shared& trajectory) {
  if (trajectory->told.id == 0) {
    const auto end = std::find(unnumbered_.begin(), unnumbered_.end(), trajectory) + 1;
    const std::vector<Shared> known(unnumbered_.begin(), end);
    unnumbered_.erase(unnumbered_.begin(), end);
    for (const Shared& t : known) number(t);
  }
  trajectory->unsettledSteps.clear();
}

void Trajectories::number(const Shared& trajectory) {
  trajectory->told.id = next_++;
  std::int64_t step = 0;
  for (LiveVisit* visit : trajectory->unsettledSteps) {
    visit->told.trajectory = schemas::TrajectoryStep{trajectory->told.id, ++step};
    if (visit->ended) amended_.push_back(visit);
  }
  touch(trajectory);
}

void Trajectories::touch(const Shared& trajectory) {
  if (trajectory->changed) return;
  trajectory->changed = true;
  changed_.push_back(trajectory);
}

}  // namespace dwell::monitor
