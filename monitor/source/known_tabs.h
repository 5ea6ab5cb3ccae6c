#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "schemas/event.h"

namespace dwell::monitor {

/// What a browser has told of its tabs. A worker of the assistant that was killed does not know how much of
/// it had arrived: the next one tells all that is there, and of that only the news counts. Pure. Threads: any
/// one.
class KnownTabs {
 public:
  /// A connection begins. `session` names the run of the browser, whose numbers of tabs hold no longer than
  /// it. Gives whether what is known still holds; else it is forgotten.
  bool continues(std::int64_t session) {
    if (session_ == session) return true;
    session_ = session;
    tabs_.clear();
    return false;
  }

  /// Of an event that tells what is there: whether it tells anything that is not known.
  bool isNews(const schemas::EventBody& body) const {
    if (const auto* opened = std::get_if<schemas::TabOpened>(&body)) return tabs_.count(opened->tab) == 0;
    const auto* page = std::get_if<schemas::Navigation>(&body);
    if (page == nullptr) return true;
    const auto known = tabs_.find(page->tab);
    return known == tabs_.end() || known->second != page->url;
  }

  /// The known tabs that are not among these.
  std::vector<schemas::TabId> missing(const std::vector<schemas::TabId>& there) const {
    std::vector<schemas::TabId> gone;
    for (const auto& [tab, url] : tabs_)
      if (std::find(there.begin(), there.end(), tab) == there.end()) gone.push_back(tab);
    return gone;
  }

  void note(const schemas::EventBody& body) {
    std::visit(
        [this](const auto& event) {
          using Body = std::decay_t<decltype(event)>;
          if constexpr (std::is_same_v<Body, schemas::TabClosed>)
            tabs_.erase(event.tab);
          else if constexpr (std::is_same_v<Body, schemas::TabOpened>)
            tabs_[event.tab];
          else if constexpr (std::is_same_v<Body, schemas::Navigation>)
            tabs_[event.tab] = event.error ? std::string() : event.url;
        },
        body);
  }

 private:
  std::optional<std::int64_t> session_;
  std::map<schemas::TabId, std::string> tabs_;  ///< the URL of the page; empty: none that is known
};

}  // namespace dwell::monitor
