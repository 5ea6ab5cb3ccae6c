#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "schemas/report.h"

/// A report as it travels: JSON in columns (report.schema.json). An array per visit field, each a third of
/// the size that rows have after gzip (tests/bench/report_size_bench). URLs once, in a table; ids, times and
/// rows as the difference to the one before; of a visit only what does not follow from the columns before
/// (report_predictions.h); what few rows have (serp, vitals, …) as a table of its own with `row`.
namespace dwell::schemas {

/// One line of JSON. Text that is no UTF-8 gets replacement characters.
/// Threads: any.
std::string encodeReport(const Report& report);

/// Errors: the first fault, `where` as JSON pointer: not of the schema, columns of unequal length, an index
/// or a difference that leads out of range, buckets that are not ascending.
/// Threads: any; a parser is kept per thread.
Expected<Report> decodeReport(std::string_view json);

}  // namespace dwell::schemas
