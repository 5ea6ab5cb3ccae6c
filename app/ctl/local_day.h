#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "monitor/store/page_rows.h"

namespace dwell::app {

/// Days since 1970-01-01 of "YYYY-MM-DD". Error: no such date.
Expected<std::int32_t> parseLocalDay(const std::string& text);

/// Both days included; none: open. Errors: no such date, the last is before the first.
Expected<monitor::DayRange> parseDays(const std::optional<std::string>& first,
                                      const std::optional<std::string>& last);

/// The next moment after `now` at which clocks here show "HH:MM". Error: no such time of day.
Expected<WallTime> nextLocalTime(const std::string& text, WallTime now);

/// The moment at which the day began here, by the system's time zone.
WallTime startOfLocalDay(std::int32_t day);

}  // namespace dwell::app
