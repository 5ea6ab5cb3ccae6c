#pragma once

#include <QString>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "monitor/store/reader.h"
#include "schemas/visit.h"

/// How the window writes numbers, durations and names for people. English throughout, whatever the locale.
namespace dwell::app {

/// "240 ms", "4.2 s", "42 s", "1 min 4 s", "2 h 5 min". Rounded down, so that parts never exceed their sum.
QString durationText(std::int64_t ms);

/// With thousands separated: "12,345".
QString countText(std::int64_t count);

/// Three significant digits, and all that stand before the point: "0.25", "12.3", "1,234".
QString numberText(double value);

/// Of a share in 0 … 1: "12.3 %", "100 %"; "< 0.1 %" where something would read as nothing.
QString percentText(double share);

/// A sample of a histogram in its own units: a duration for ms, "45 %" for percent, else a number.
QString sampleText(double value, std::string_view units);

/// Local time: "14:05" on the day of `now`, else "Tue 3 Mar, 14:05".
QString momentText(WallTime moment, WallTime now);

/// "typed in full", "link", …
QString accessTypeText(schemas::AccessType type);

/// "link 4, typed in full 2": the most frequent first.
QString accessTypesText(std::vector<monitor::PageSum::ByAccess> accessTypes);

}  // namespace dwell::app
