#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "monitor/tracker/tracker.h"
#include "schemas/event.h"
#include "tests/support/whole_trace.h"

namespace dwell::tests {

/// A trace written tersely: `Trace().at(0).focus("w").open("t").activate("t", "w").go("t", "http://a/")`.
/// One browser "b" and one window "w" unless told otherwise; times in milliseconds.
class Trace {
 public:
  Trace& at(std::int64_t ms) {
    now_ = ms;
    return *this;
  }
  Trace& after(std::int64_t ms) { return at(now_ + ms); }
  Trace& in(std::string browser) {
    browser_ = std::move(browser);
    return *this;
  }

  template <class Body>
  Trace& add(Body body) {
    events_.push_back({monoTime(now_), std::move(body)});
    return *this;
  }

  Trace& focus(std::optional<std::string> window) {
    return add(schemas::WindowFocus{browser_, std::move(window)});
  }
  Trace& open(std::string tab, std::optional<std::string> opener = {},
              schemas::TabOpenedBy how = schemas::TabOpenedBy::kUnknown) {
    return add(schemas::TabOpened{browser_, std::move(tab), "w", std::move(opener), how});
  }
  Trace& activate(std::string tab, std::string window = "w") {
    return add(schemas::TabActivated{browser_, std::move(tab), std::move(window)});
  }
  Trace& close(std::string tab) { return add(schemas::TabClosed{browser_, std::move(tab)}); }

  Trace& go(std::string tab, std::string url, schemas::Transition transition = schemas::Transition::kLink,
            schemas::Qualifiers qualifiers = {}) {
    schemas::Navigation n;
    n.browser = browser_;
    n.tab = std::move(tab);
    n.window = "w";
    n.url = std::move(url);
    n.transition = transition;
    n.qualifiers = qualifiers;
    return add(std::move(n));
  }
  /// `typed` from the address bar.
  Trace& type(std::string tab, std::string url) {
    schemas::Qualifiers q;
    q.fromAddressBar = true;
    return go(std::move(tab), std::move(url), schemas::Transition::kTyped, q);
  }
  Trace& redirect(std::string tab, std::string url) {
    schemas::Qualifiers q;
    q.clientRedirect = true;
    return go(std::move(tab), std::move(url), schemas::Transition::kLink, q);
  }
  Trace& back(std::string tab, std::string url) {
    schemas::Qualifiers q;
    q.forwardBack = true;
    return go(std::move(tab), std::move(url), schemas::Transition::kLink, q);
  }

  /// A tab "t" of the focused window, with a page.
  Trace& reading(std::string url) {
    return focus("w").open("t").activate("t").go("t", std::move(url), schemas::Transition::kPresent);
  }

  Trace& input(schemas::InputKind kind = schemas::InputKind::kMouseMove, std::int64_t count = 1) {
    schemas::Input i;
    i.kind = kind;
    i.count = count;
    return add(i);
  }
  Trace& key(schemas::KeyClass keyClass, std::int64_t count = 1) {
    schemas::Input i;
    i.kind = schemas::InputKind::kKey;
    i.keyClass = keyClass;
    i.count = count;
    return add(i);
  }
  Trace& characters(std::int64_t count) { return key(schemas::KeyClass::kCharacter, count); }

  Trace& pageFocus(std::string tab, bool focused) {
    return add(schemas::PageFocus{browser_, std::move(tab), focused});
  }
  Trace& visible(std::string tab, bool isVisible) {
    return add(schemas::PageVisibility{browser_, std::move(tab), isVisible});
  }
  Trace& audible(std::string tab, bool isAudible) {
    return add(schemas::Media{browser_, std::move(tab), isAudible});
  }
  Trace& loginForm(std::string tab) { return add(schemas::LoginForm{browser_, std::move(tab)}); }
  Trace& submit(std::string tab) { return add(schemas::LoginSubmitted{browser_, std::move(tab)}); }
  /// Results ranked from 1, on an engine "e".
  Trace& serp(std::string tab, std::string query, std::vector<std::string> urls) {
    schemas::Serp s{browser_, std::move(tab), "e", std::move(query), {}};
    for (std::string& url : urls) {
      s.results.push_back({static_cast<std::int64_t>(s.results.size()) + 1, std::move(url), "web", {}});
    }
    return add(std::move(s));
  }
  Trace& seen(std::string tab, std::vector<std::int64_t> ranks) {
    return add(schemas::SerpSeen{browser_, std::move(tab), std::move(ranks)});
  }

  const std::vector<schemas::Event>& events() const { return events_; }

  /// Ends it at the last time.
  tests::WholeTrace run(monitor::TrackerSettings settings = {}, WallTime start = wallTime(0),
                        UtcOffset offset = UtcOffset(0)) const {
    monitor::Tracker tracker(std::move(settings), start, offset);
    for (const schemas::Event& event : events_) tracker.handle(event);
    tracker.finish(monoTime(now_));
    tests::Results results;
    results.add(tracker.take());
    return results.whole();
  }

 private:
  std::string browser_ = "b";
  std::int64_t now_ = 0;
  std::vector<schemas::Event> events_;
};

}  // namespace dwell::tests
