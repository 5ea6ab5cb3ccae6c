#pragma once

#include "base/time.h"

namespace dwell {

/// Reads the machine's clocks. Only composition roots (app/) call these; libraries take the time as an
/// argument.
MonoTime readBootTime();
/// CLOCK_MONOTONIC: stands still in suspend, so its distance to readBootTime grows by every suspend.
Millis readAwakeTime();
WallTime readWallTime();
/// Local time's offset at `t` from the system's time zone.
UtcOffset readUtcOffset(WallTime t);

}  // namespace dwell
