#pragma once

#include <vector>

#include "base/time.h"
#include "schemas/visit.h"
#include "tests/support/whole_trace.h"

namespace dwell::fuzz {

/// What design section 5 says of any visit, whatever the events were. Ends the run where it does not hold.
void checkVisit(const schemas::Visit& visit);

/// What it says of all that a trace of `length` gave, for an idle threshold of 15 s: sums of attention, of
/// sessions and trajectories over their visits, numbers that lead to something.
void checkTrace(const tests::WholeTrace& trace, Millis length);

}  // namespace dwell::fuzz
