#pragma once

#include <vector>

#include "tests/support/reference/searches.h"

namespace dwell::tests::reference {

/// All result pages of the trace, and who showed them when.
class SerpPages {
 public:
  SerpPages(const Trace& trace, const Lives& lives);
  /// What the visit, if it is a SERP visit by then, shows after the event.
  const Serp* shownBy(int visit, std::size_t event) const;

 private:
  const Lives& lives_;
  std::vector<Serp> all_;  // in order of the trace
};

/// The result clicks with their returns, in order of their visits.
std::vector<Click> findClicks(const Lives& lives, const AccessTypes& access, const AttentionOfAll& attention,
                              const Sessions& sessions, const SerpPages& pages,
                              const ReferenceSettings& settings);

}  // namespace dwell::tests::reference
