#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include "schemas/event.h"

namespace dwell::monitor {

/// Which tab is left for another one of its window, and whether something typed into its address bar was left
/// behind: characters, less deletions, since its page lost the keyboard; a navigation, Escape and the page's
/// having the keyboard again end it. What is typed after Ctrl+F goes into the find bar and is none.
/// Threads: any one.
class TabSwitches {
 public:
  using TabKey = std::pair<schemas::BrowserId, schemas::TabId>;
  struct Left {
    TabKey tab;
    bool inputInProgress = false;
  };

  /// In the order of the tracker. Gives the tab that this event leaves.
  std::optional<Left> handle(const schemas::Event& event);

 private:
  using WindowKey = std::pair<schemas::BrowserId, schemas::WindowId>;
  struct Tab {
    bool pageHasKeyboard = true;
    bool finding = false;
    std::int64_t typed = 0;
  };

  void typed(const schemas::Input& input);
  void navigated(const schemas::Navigation& navigation);
  std::optional<Left> activated(const schemas::TabActivated& activation);
  void closed(const TabKey& tab);
  void disconnected(const schemas::BrowserId& browser);
  void findAttended();

  std::map<TabKey, Tab> tabs_;
  std::map<WindowKey, TabKey> activeTabs_;
  std::optional<WindowKey> focused_;
  bool locked_ = false, suspended_ = false;
  Tab* attended_ = nullptr;  ///< the active tab of the focused window
};

}  // namespace dwell::monitor
