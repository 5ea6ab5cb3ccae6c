#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/time.h"
#include "monitor/record/samples.h"
#include "monitor/record/scope.h"
#include "monitor/record/tab_switches.h"
#include "schemas/event.h"

namespace dwell::monitor {

/// The samples that events yield by themselves: only those of pages in scope. Knows of every tab whether it
/// shows one. `scope` must outlive it. Threads: one.
class EventSamples {
 public:
  explicit EventSamples(const Scope& scope) : scope_(scope) {}

  /// In the order of the tracker.
  void handle(const schemas::Event& event, const SampleSink& sink);

 private:
  struct Tab {
    schemas::TabOpenedBy how = schemas::TabOpenedBy::kUnknown;
    bool counted = false;  ///< in Tab.NewTab
    bool inScope = false;
  };
  using TabKey = std::pair<schemas::BrowserId, schemas::TabId>;

  void navigated(const schemas::Navigation& navigation, const SampleSink& sink);
  void closed(const schemas::TabClosed& closing, MonoTime time, const SampleSink& sink);
  void disconnected(const schemas::BrowserId& browser);

  const Scope& scope_;
  TabSwitches switches_;
  std::map<TabKey, Tab> tabs_;
  std::optional<MonoTime> lastClosed_;
};

}  // namespace dwell::monitor
