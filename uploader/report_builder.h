#pragma once

#include <string>
#include <vector>

#include "base/settings.h"
#include "monitor/store/unreported.h"
#include "schemas/report.h"

namespace dwell::uploader {

/// What stands in every report beside the rows.
struct ReportFrame {
  std::string client;
  std::string experiment;
  schemas::Report::Consent consent;
  schemas::Report::Environment environment;
  Settings settings;
  /// What holds for one more participant, where each agrees for themselves.
  struct Participant {
    schemas::Report::Consent consent;
    Settings settings;
  };
  std::vector<Participant> others = {};
};

/// What of the store goes into a report of `frame`: final rows of those whose acts are in it.
monitor::UnreportedQuery unreportedFor(const ReportFrame& frame, WallTime now, std::size_t limit = 5'000);

/// The report of `rows` for the time since `periodStart`. Pure.
/// What began before the consent, a visit before its participant's, is left out and counted as the loss
/// "report.before_consent".
schemas::Report buildReport(const ReportFrame& frame, monitor::UnreportedRows rows, std::string id,
                            std::int64_t sequence, WallTime periodStart, WallTime periodEnd);

/// The same content as two reports, each with about half of every list; sums of both are those of `whole`.
/// The parts have `whole`'s id and sequence: the caller gives them their own. Empty if there is nothing to
/// divide.
std::vector<schemas::Report> splitReport(const schemas::Report& whole);

}  // namespace dwell::uploader
