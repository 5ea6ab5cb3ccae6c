#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <string>
#include <vector>

#include "schemas/event.h"
#include "schemas/event_codec.h"

namespace dwell::tests {

/// The events of somebody who looks at 5,000 pages in eight hours a day, every day, as hook and assistant
/// would send them: for the benches, which need a mix as machines see it rather than the corners of the
/// rules (those are tests/support/trace_generator.h's).
///
/// About 46 events a visit: pointer motion in slots of 50 ms, scrolling, typing in bursts, presses, what
/// pages say (visibility, vitals, scroll depth), tabs opened, switched and closed, searches with their
/// results, log-ins, another program in front, lunch and the night with the screen locked. Two pages in five
/// were visited before. `links` events are left out: nothing is measured of them. The same seed gives the
/// same events, without end. Threads: one.
class HeavyUser {
 public:
  explicit HeavyUser(std::uint64_t seed = 1);

  /// Starts on a Monday at 9:00 local time.
  static schemas::TraceHeader header();
  /// In order of time. Never an `end`.
  schemas::Event next();

  std::int64_t visits() const { return visits_; }

 private:
  struct Tab {
    std::string id;
    std::string url;
  };

  std::int64_t number(std::int64_t low, std::int64_t high);
  bool chance(int permille) { return number(0, 999) < permille; }
  void wait(std::int64_t low, std::int64_t high) { now_ += number(low, high); }
  template <class Body>
  void add(Body body) {
    queue_.push_back({monoTime(now_), std::move(body)});
  }

  std::string pageUrl();
  Tab& tab() { return tabs_[active_]; }
  void key(schemas::KeyClass keyClass, std::int64_t count);
  void type(std::int64_t characters);
  void press();
  void movePointer(std::int64_t slots);
  void scroll(std::int64_t turns);
  void navigate(std::string url, schemas::Transition transition, schemas::Qualifiers qualifiers = {});
  void activate(std::size_t index);
  void openTab();
  void closeTabs();

  void begin();
  void step();
  void read();
  void followLink();
  void followLinkInNewTab();
  void search();
  void enterAddress();
  void goBack();
  void sendForm();
  void logIn();
  void leave(std::int64_t atLeastMs, std::int64_t atMostMs);
  void night();

  std::mt19937_64 random_;
  std::deque<schemas::Event> queue_;
  std::vector<Tab> tabs_;
  std::size_t active_ = 0;
  std::vector<std::string> pages_;  ///< those visited before, of which some are visited again
  std::int64_t nextTab_ = 1;
  std::int64_t nextPage_ = 1;
  std::int64_t visits_ = 0;
  std::int64_t now_ = 0;
  std::int64_t day_ = 0;
};

}  // namespace dwell::tests
