#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "base/time.h"
#include "schemas/event.h"

namespace dwell::monitor {

/// Lets nothing through that happened before recording began: assistants keep events while there is no agent
/// to take them, and what happened before consent, in a pause, or unseen by the hook must not be recorded.
/// Of older navigations the last one of each tab becomes what it is by then: a page that is there
/// (transition `present`, at the beginning), for the assistant leaves such pages out of what it sends of the
/// tabs that are there.
/// Pure. Threads: any one.
class StartFilter {
 public:
  explicit StartFilter(MonoTime start) : start_(start) {}

  /// `events` as one source gave them at once.
  std::vector<schemas::Event> pass(std::vector<schemas::Event> events);

  /// Events left out so far.
  std::int64_t leftOut() const { return leftOut_; }

 private:
  MonoTime start_;
  std::int64_t leftOut_ = 0;
};

}  // namespace dwell::monitor
