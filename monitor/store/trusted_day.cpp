#include "monitor/store/trusted_day.h"

namespace dwell::monitor {

bool TrustedDay::believe(std::int32_t today) {
  const bool near = !last || today <= *last + kMostAtOnce;
  const bool goesOn = aheadLast && today >= *aheadLast && today <= *aheadLast + kMostAtOnce;
  if (!near && !goesOn) aheadSince = today;
  if (!near) aheadLast = today;
  if (!near && today < *aheadSince + kProof) return false;
  last = today;
  aheadSince.reset();
  aheadLast.reset();
  return true;
}

}  // namespace dwell::monitor
