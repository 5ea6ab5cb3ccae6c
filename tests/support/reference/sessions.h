#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/reference/access_types.h"
#include "tests/support/reference/lives.h"
#include "tests/support/reference/reference.h"
#include "tests/support/reference/trace.h"

namespace dwell::tests::reference {

struct Session {
  std::int64_t start = 0;  ///< ms since the trace's start
  std::int64_t end = 0;
};

/// 5.5, from the list of all activities.
class Sessions {
 public:
  Sessions(const Trace& trace, const Lives& lives, const AccessTypes& access,
           const ReferenceSettings& settings);

  const std::vector<Session>& all() const { return all_; }
  /// The session in progress once this event has happened; none if the last activity is too long ago.
  int inProgressAt(std::size_t event) const;
  /// The session of a visit.
  int of(const VisitLife& visit) const { return inProgressAt(visit.start); }

 private:
  struct Activity {
    std::size_t event;
    int session;
  };
  const Trace& trace_;
  std::int64_t pause_;
  std::vector<Activity> activities_;
  std::vector<Session> all_;
};

}  // namespace dwell::tests::reference
