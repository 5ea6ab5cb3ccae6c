#pragma once

#include <chrono>
#include <cstdint>

namespace dwell {

using Millis = std::chrono::duration<std::int64_t, std::milli>;

/// The clock of events. It never goes back and runs on in suspend (CLOCK_BOOTTIME live, `t` in a trace).
struct MonoClock {
  using rep = std::int64_t;
  using period = std::milli;
  using duration = Millis;
  using time_point = std::chrono::time_point<MonoClock, Millis>;
  static constexpr bool is_steady = true;
};
using MonoTime = MonoClock::time_point;

/// Wall time: milliseconds UTC since 1970. A type of its own: it can't be mixed with MonoTime.
using WallTime = std::chrono::time_point<std::chrono::system_clock, Millis>;

constexpr MonoTime monoTime(std::int64_t ms) { return MonoTime(Millis(ms)); }
constexpr WallTime wallTime(std::int64_t ms) { return WallTime(Millis(ms)); }
constexpr std::int64_t toMs(Millis d) { return d.count(); }
constexpr std::int64_t toMs(MonoTime t) { return t.time_since_epoch().count(); }
constexpr std::int64_t toMs(WallTime t) { return t.time_since_epoch().count(); }

/// Minutes east of UTC, as JavaScript's getTimezoneOffset negated.
using UtcOffset = std::chrono::duration<std::int32_t, std::ratio<60>>;

/// A day of local time, as days since 1970-01-01.
constexpr std::int32_t localDay(WallTime t, UtcOffset offset) {
  return static_cast<std::int32_t>(
      std::chrono::floor<std::chrono::days>(t + offset).time_since_epoch().count());
}
/// Hour of local time, 0–23.
constexpr int localHour(WallTime t, UtcOffset offset) {
  const auto local = t + offset;
  return static_cast<int>(
      std::chrono::floor<std::chrono::hours>(local - std::chrono::floor<std::chrono::days>(local)).count());
}
/// Day of the week of local time, 1 (Monday) – 7.
constexpr int localWeekday(WallTime t, UtcOffset offset) {
  const int sinceThursday = localDay(t, offset) % 7;  // 1970-01-01 was a Thursday (4)
  return (sinceThursday + 7 + 3) % 7 + 1;
}

}  // namespace dwell
