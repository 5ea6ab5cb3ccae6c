#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

#include "schemas/event.h"

namespace dwell::monitor {

/// What is there now, as the events told it: browsers, tabs with their pages, focus, lock, participant. It
/// can be told again as events, so that a trace that begins in the middle begins with what is there. Pure.
/// Threads: any one.
class PresentState {
 public:
  void handle(const schemas::Event& event) {
    std::visit([this](const auto& body) { on(body); }, event.body);
  }

  /// Events that tell a tracker that knows nothing what is there. Pages come as navigations with the
  /// transition `present`, as when a browser connects.
  std::vector<schemas::EventBody> events() const;

  /// Whether a password field of the attended page has the keyboard.
  bool passwordHasKeyboard() const;

 private:
  struct Tab {
    std::optional<schemas::TabOpened> opened;
    std::optional<schemas::WindowId> activeIn;
    bool navigated = false;
    std::optional<schemas::Navigation> page;           ///< http(s) and no error
    std::map<std::size_t, schemas::EventBody> ofTab;   ///< the last of each type, kept over navigations
    std::map<std::size_t, schemas::EventBody> ofPage;  ///< the last of each type since the navigation
  };
  struct Browser {
    std::optional<schemas::BrowserConnected> connected;
    std::map<schemas::TabId, Tab> tabs;
  };

  void on(const schemas::BrowserConnected& body) { browsers_[body.browser].connected = body; }
  void on(const schemas::BrowserDisconnected& body);
  void on(const schemas::WindowFocus& body);
  void on(const schemas::TabOpened& body);
  void on(const schemas::TabActivated& body);
  void on(const schemas::TabClosed& body) { browsers_[body.browser].tabs.erase(body.tab); }
  void on(const schemas::Navigation& body);
  void on(const schemas::Lock&) { locked_ = true; }
  void on(const schemas::Unlock&) { locked_ = false; }
  void on(const schemas::Suspend&) { suspended_ = true; }
  void on(const schemas::Resume&) { suspended_ = false; }
  void on(const schemas::Participant& body) { participant_ = body; }

  void on(const schemas::PageFocus& body) { keep(body, &Tab::ofTab); }
  void on(const schemas::PageVisibility& body) { keep(body, &Tab::ofTab); }
  void on(const schemas::Media& body) { keep(body, &Tab::ofTab); }
  void on(const schemas::PasswordFocus& body) { keep(body, &Tab::ofPage); }
  void on(const schemas::PageLabel& body) { keep(body, &Tab::ofPage); }
  void on(const schemas::PageVitals& body) { keep(body, &Tab::ofPage); }
  void on(const schemas::ScrollDepth& body) { keep(body, &Tab::ofPage); }
  void on(const schemas::LoginForm& body) { keep(body, &Tab::ofPage); }
  void on(const schemas::Links& body) { keep(body, &Tab::ofPage); }
  void on(const schemas::Serp& body) { keep(body, &Tab::ofPage); }
  /// What happens and leaves nothing behind.
  void on(const schemas::Input&) {}
  void on(const schemas::Form&) {}
  void on(const schemas::LoginSubmitted&) {}
  void on(const schemas::LinkPressed&) {}
  void on(const schemas::SerpSeen&) {}
  void on(const schemas::Mark&) {}
  void on(const schemas::End&) {}

  template <class Body>
  void keep(const Body& body, std::map<std::size_t, schemas::EventBody> Tab::*where) {
    const schemas::EventBody kept = body;
    (browsers_[body.browser].tabs[body.tab].*where)[kept.index()] = kept;
  }

  std::map<schemas::BrowserId, Browser> browsers_;
  std::optional<schemas::WindowFocus> focus_;  ///< of a browser that has it
  bool locked_ = false;
  bool suspended_ = false;
  std::optional<schemas::Participant> participant_;
};

}  // namespace dwell::monitor
