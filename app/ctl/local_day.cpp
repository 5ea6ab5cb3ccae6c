#include "app/ctl/local_day.h"

#include <chrono>
#include <cstdio>
#include <utility>

#include "base/clock.h"

namespace dwell::app {

Expected<std::int32_t> parseLocalDay(const std::string& text) {
  int year = 0, consumed = 0;
  unsigned month = 0, day = 0;
  const bool read = std::sscanf(text.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &consumed) == 3 &&
                    static_cast<std::size_t>(consumed) == text.size();
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!read || !date.ok()) return failure("no such day: " + text, {}, "a date like 2026-11-22");
  return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

Expected<monitor::DayRange> parseDays(const std::optional<std::string>& first,
                                      const std::optional<std::string>& last) {
  monitor::DayRange days;
  for (const auto& [text, day] : {std::pair(&first, &days.first), std::pair(&last, &days.last)}) {
    if (!*text) continue;
    const auto parsed = parseLocalDay(**text);
    if (!parsed) return tl::unexpected(parsed.error());
    *day = *parsed;
  }
  if (days.first && days.last && *days.last < *days.first)
    return failure("the last day is before the first", {}, "a period that does not end before it begins");
  return days;
}

Expected<WallTime> nextLocalTime(const std::string& text, WallTime now) {
  unsigned hour = 0, minute = 0;
  int consumed = 0;
  const bool read = std::sscanf(text.c_str(), "%2u:%2u%n", &hour, &minute, &consumed) == 2 &&
                    static_cast<std::size_t>(consumed) == text.size();
  if (!read || hour > 23 || minute > 59) return failure("no such time of day", {}, "a time like 14:30");
  const std::int32_t today = localDay(now, readUtcOffset(now));
  for (std::int32_t day = today;; ++day) {
    // By the offset of that day: on one of the two on which it changes, a day is no 24 hours.
    const WallTime asUtc(std::chrono::days(day) + std::chrono::hours(hour) + std::chrono::minutes(minute));
    const WallTime time = asUtc - readUtcOffset(asUtc - readUtcOffset(asUtc));
    if (time > now) return time;
  }
}

WallTime startOfLocalDay(std::int32_t day) {
  const WallTime midnight(std::chrono::days(day) + Millis(0));
  return midnight - readUtcOffset(midnight);
}

}  // namespace dwell::app
