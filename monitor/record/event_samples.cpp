#include "monitor/record/event_samples.h"

#include "base/url.h"

namespace dwell::monitor {

namespace hist = schemas::hist;

void EventSamples::handle(const schemas::Event& event, const SampleSink& sink) {
  if (const auto left = switches_.handle(event)) {
    const auto tab = tabs_.find(left->tab);
    if (tab != tabs_.end() && tab->second.inScope)
      sink(hist::kTabSwitchWithInputInProgress, left->inputInProgress ? 1 : 0, 1);
  } else if (const auto* opened = std::get_if<schemas::TabOpened>(&event.body)) {
    tabs_[{opened->browser, opened->tab}].how = opened->how;
  } else if (const auto* navigation = std::get_if<schemas::Navigation>(&event.body)) {
    navigated(*navigation, sink);
  } else if (const auto* pressed = std::get_if<schemas::LinkPressed>(&event.body)) {
    const auto tab = tabs_.find({pressed->browser, pressed->tab});
    if (tab != tabs_.end() && tab->second.inScope) sink(hist::kLinkHoverTime, pressed->hoverMs, 1);
  } else if (const auto* closing = std::get_if<schemas::TabClosed>(&event.body)) {
    closed(*closing, event.time, sink);
  } else if (const auto* gone = std::get_if<schemas::BrowserDisconnected>(&event.body)) {
    disconnected(gone->browser);
  }
}

void EventSamples::navigated(const schemas::Navigation& navigation, const SampleSink& sink) {
  Tab& tab = tabs_[{navigation.browser, navigation.tab}];
  tab.inScope = !navigation.error && url::isHttp(navigation.url) && scope_.contains(navigation.url);
  // A page that was there when the browser connected was not opened now.
  if (navigation.transition == schemas::Transition::kPresent) tab.counted = true;
  if (!tab.inScope || tab.counted) return;
  tab.counted = true;
  sink(hist::kTabNewTab, static_cast<std::int64_t>(tab.how), 1);
}

void EventSamples::closed(const schemas::TabClosed& closing, MonoTime time, const SampleSink& sink) {
  const auto tab = tabs_.find({closing.browser, closing.tab});
  if (tab == tabs_.end()) return;
  if (tab->second.inScope) {
    if (lastClosed_) sink(hist::kTabClosedPeriod, toMs(time) - toMs(*lastClosed_), 1);
    lastClosed_ = time;
  }
  tabs_.erase(tab);
}

void EventSamples::disconnected(const schemas::BrowserId& browser) {
  std::erase_if(tabs_, [&](const auto& entry) { return entry.first.first == browser; });
}

}  // namespace dwell::monitor
