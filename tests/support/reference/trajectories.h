#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/reference/access_types.h"
#include "tests/support/reference/attention.h"
#include "tests/support/reference/lives.h"
#include "tests/support/reference/trace.h"

namespace dwell::tests::reference {

/// 5.6. Times in ms since the trace's start.
struct Trajectory {
  int loginVisit = kNone;
  std::int64_t submitted = 0;
  std::string site;
  std::vector<int> tabs;   ///< all that ever belonged to it
  std::vector<int> steps;  ///< visits, in order of start
  std::string endReason;   ///< empty while it runs
  std::int64_t end = 0;
  bool withdrawn = false;

  bool runs() const { return endReason.empty() && !withdrawn; }
};

/// In order of the start of their first step, without the withdrawn.
std::vector<Trajectory> followLogins(const Trace& trace, const Lives& lives, const AccessTypes& access,
                                     const AttentionOfAll& attention);

}  // namespace dwell::tests::reference
