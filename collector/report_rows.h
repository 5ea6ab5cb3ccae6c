#pragma once

#include <nlohmann/json_fwd.hpp>

#include "schemas/report.h"

namespace dwell::collector {

/// A report for people and tests to read: visits, sessions, trajectories, searches and histograms as rows in
/// the JSON forms of design section 12. A histogram has `group` and `day` besides; its `kind` is null when
/// this collector's registry does not know the name.
nlohmann::ordered_json reportRows(const schemas::Report& report);

}  // namespace dwell::collector
