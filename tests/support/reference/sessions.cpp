#include "tests/support/reference/sessions.h"

#include <algorithm>

namespace dwell::tests::reference {

Sessions::Sessions(const Trace& trace, const Lives& lives, const AccessTypes& access,
                   const ReferenceSettings& settings)
    : trace_(trace), pause_(settings.sessionPause.count()) {
  bool observed = false;
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const bool attended = lives.attendedTab[i] != kNone;
    bool active = false;
    if (trace.events[i].type == EventType::input) {
      observed = true;
      active = attended;
    } else if (lives.navigationOf[i] != kNone && !observed) {
      const bool redirect = access.ofNavigation[static_cast<std::size_t>(lives.navigationOf[i])].redirect;
      active = attended && lives.attendedTab[i] == lives.tabOf[i] && !redirect;
    }
    if (!active) continue;
    const std::int64_t t = trace.timeOf(i);
    if (all_.empty() || t - all_.back().end >= pause_) all_.push_back({t, t});
    all_.back().end = t;
    activities_.push_back({i, static_cast<int>(all_.size()) - 1});
  }
}

int Sessions::inProgressAt(std::size_t event) const {
  const auto later =
      std::upper_bound(activities_.begin(), activities_.end(), event,
                       [](std::size_t at, const Activity& activity) { return at < activity.event; });
  if (later == activities_.begin()) return kNone;
  const Activity& last = *std::prev(later);
  return trace_.timeOf(event) - trace_.timeOf(last.event) >= pause_ ? kNone : last.session;
}

}  // namespace dwell::tests::reference
