#include "monitor/tracker/session.h"

namespace dwell::monitor {

void Sessions::activity(MonoTime now, WallTime wallAtZero) {
  if (current_ == nullptr || now - lastActivity_ >= pause_) {
    current_ = &states_[next_];
    current_->told.id = next_++;
    current_->wallAtZero = wallAtZero;
    current_->told.start = wallAtZero + now.time_since_epoch();
  }
  lastActivity_ = now;
  current_->told.end = current_->wallAtZero + now.time_since_epoch();
  current_->changed = true;
}

std::optional<std::int64_t> Sessions::inProgress(MonoTime now) const {
  if (current_ == nullptr || now - lastActivity_ >= pause_) return std::nullopt;
  return current_->told.id;
}

bool Sessions::over(std::optional<std::int64_t> session, MonoTime now) const {
  return !session || inProgress(now) != session;
}

void Sessions::visitStarted(std::int64_t session) {
  State& state = states_.at(session);
  ++state.openVisits;
  ++state.told.pages;
  state.changed = true;
}

void Sessions::visitEnded(std::int64_t session, bool inRedirect) {
  State& state = states_.at(session);
  --state.openVisits;
  if (inRedirect) --state.told.pages;
  state.changed = true;
}

void Sessions::addActive(std::int64_t session, std::int64_t ms) {
  State& state = states_.at(session);
  state.told.activeMs += ms;
  state.changed = true;
}

void Sessions::take(std::vector<schemas::Session>& out) {
  for (auto it = states_.begin(); it != states_.end();) {
    State& state = it->second;
    if (state.changed) out.push_back(state.told);
    state.changed = false;
    it = state.openVisits == 0 && &state != current_ ? states_.erase(it) : std::next(it);
  }
}

}  // namespace dwell::monitor
