#pragma once

#include <cstdint>

#include "schemas/event.h"

namespace dwell::monitor {

/// What was keyed into a tab's address bar since it was last empty (5.4): counts of classes, never content.
/// Threads: any one.
class AddressBarSegment {
 public:
  enum class Keyboard { kInPage, kInBrowser };  ///< kInBrowser: the segment takes inputs

  /// `count` keys of a class in the attended tab.
  void key(schemas::KeyClass keyClass, std::int64_t count, Keyboard keyboard);
  void pointerDown(Keyboard keyboard);

  /// The page lost the keyboard: the segment starts anew; a search in the page goes on.
  void restart();
  /// A navigation of the tab that is not ignored.
  void navigated();

  std::int64_t net() const { return net_; }      ///< characters left, at least 0
  std::int64_t slack() const { return slack_; }  ///< deletions that may have hit only a completion
  bool pasted() const { return pasted_; }
  bool listUsed() const { return list_; }
  bool pointerUsed() const { return pointer_; }
  bool accepted() const { return accepted_; }

 private:
  std::int64_t net_ = 0;
  std::int64_t slack_ = 0;
  bool pasted_ = false;
  bool list_ = false;
  bool pointer_ = false;
  bool accepted_ = false;
  bool finding_ = false;  ///< what is typed goes into the find bar
};

}  // namespace dwell::monitor
