#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "schemas/report.h"

/// A report as it travels: JSON in columns (report.schema.json), 0.74 of the size of rows after gzip
/// (measured). An array per visit field; URLs once, in a table; ids and times as the
/// difference to the row before, `end_ms` and attention times to the row's own `start_ms`; buckets as pairs
/// [index, value] of what is not 0; what few rows have (serp, vitals, …) as a table of its own with `row`.
namespace dwell::schemas {

/// One line of JSON. Text that is no UTF-8 gets replacement characters.
/// Threads: any.
std::string encodeReport(const Report& report);

/// Errors: the first fault, `where` as JSON pointer: not of the schema, columns of unequal length, an index
/// or a difference that leads out of range, buckets that are not ascending.
/// Threads: any; a parser is kept per thread.
Expected<Report> decodeReport(std::string_view json);

}  // namespace dwell::schemas
