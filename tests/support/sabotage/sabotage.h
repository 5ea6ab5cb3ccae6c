#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "app/agent/pipeline.h"
#include "schemas/event.h"

/// Ways in which an agent can be wrong on purpose, to show that the demo notices.
namespace dwell::tests {

/// Attention off by one tab: a window's activated tab is taken to be the one that was activated before.
class WrongTab {
 public:
  void operator()(schemas::Event& event);

 private:
  std::map<std::pair<schemas::BrowserId, schemas::WindowId>, schemas::TabId> last_;
};

/// A keystroke too many: the first character of each run of characters counts twice.
class KeystrokeTooMany {
 public:
  void operator()(schemas::Event& event);

 private:
  bool inRun_ = false;
};

/// By its name: "attention" or "keystroke"; none for any other.
std::optional<app::EventFilter> sabotageFromName(std::string_view name);

}  // namespace dwell::tests
