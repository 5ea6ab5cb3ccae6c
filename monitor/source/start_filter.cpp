#include "monitor/source/start_filter.h"

namespace dwell::monitor {
namespace {

using Tab = std::pair<schemas::BrowserId, schemas::TabId>;

schemas::Navigation asPresent(schemas::Navigation navigation) {
  navigation.requestedUrl.clear();
  navigation.transition = schemas::Transition::kPresent;
  navigation.qualifiers = {};
  navigation.sameDocument = false;
  return navigation;
}

}  // namespace

std::vector<schemas::Event> StartFilter::pass(std::vector<schemas::Event> events) {
  std::map<Tab, schemas::Navigation> shown;
  std::vector<schemas::Event> passed;
  for (auto& event : events) {
    if (event.time >= start_) {
      passed.push_back(std::move(event));
      continue;
    }
    ++leftOut_;
    if (auto* navigation = std::get_if<schemas::Navigation>(&event.body))
      shown.insert_or_assign(Tab{navigation->browser, navigation->tab}, std::move(*navigation));
    else if (const auto* closed = std::get_if<schemas::TabClosed>(&event.body))
      shown.erase({closed->browser, closed->tab});
  }
  std::vector<schemas::Event> result;
  for (auto& [tab, navigation] : shown) result.push_back({start_, asPresent(std::move(navigation))});
  result.insert(result.end(), std::make_move_iterator(passed.begin()), std::make_move_iterator(passed.end()));
  return result;
}

}  // namespace dwell::monitor
