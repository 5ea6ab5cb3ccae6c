#include "monitor/source/reorder.h"

#include <algorithm>
#include <utility>

namespace dwell::monitor {

void Reorder::add(schemas::Event event) {
  if (event.time < edge_) {
    // At the edge the tab may show another page, whose links they are not.
    if (auto* links = std::get_if<schemas::Links>(&event.body)) links->taken = event.time;
    event.time = edge_;
    ++late_;
  }
  // Nearly always it is among the last ones, so the search begins at the end.
  auto at = waiting_.end();
  while (at != waiting_.begin() && std::prev(at)->time > event.time) --at;
  waiting_.insert(at, std::move(event));
}

std::vector<schemas::Event> Reorder::release(MonoTime now) {
  if (held_ && waiting_.size() < kMostHeld) return {};
  return releaseUpTo(now - window_);
}

std::vector<schemas::Event> Reorder::releaseUpTo(MonoTime now) {
  edge_ = std::max(edge_, now);
  const auto end = std::find_if(waiting_.begin(), waiting_.end(),
                                [this](const schemas::Event& event) { return event.time > edge_; });
  std::vector<schemas::Event> released(std::make_move_iterator(waiting_.begin()),
                                       std::make_move_iterator(end));
  waiting_.erase(waiting_.begin(), end);
  return released;
}

std::optional<MonoTime> Reorder::due() const {
  if (waiting_.empty()) return std::nullopt;
  return waiting_.front().time + window_;
}

}  // namespace dwell::monitor
