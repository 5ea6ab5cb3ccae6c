#include "base/clock.h"

#include <ctime>

namespace dwell {
namespace {

Millis read(clockid_t id) {
  timespec ts{};
  clock_gettime(id, &ts);
  return Millis(ts.tv_sec * 1000 + ts.tv_nsec / 1'000'000);
}

}  // namespace

MonoTime readBootTime() { return MonoTime(read(CLOCK_BOOTTIME)); }
Millis readAwakeTime() { return read(CLOCK_MONOTONIC); }
WallTime readWallTime() { return WallTime(read(CLOCK_REALTIME)); }

UtcOffset readUtcOffset(WallTime t) {
  const std::time_t seconds = static_cast<std::time_t>(toMs(t) / 1000);
  std::tm local{};
  localtime_r(&seconds, &local);
  return UtcOffset(static_cast<std::int32_t>(local.tm_gmtoff / 60));
}

}  // namespace dwell
