// Compiled by two tests, with NAME a registered histogram and with one that is not.
#include "schemas/histogram_table.h"

constexpr dwell::schemas::HistogramId kRecordedUnder = dwell::schemas::hist::NAME;
static_assert(static_cast<int>(kRecordedUnder) >= 0);
