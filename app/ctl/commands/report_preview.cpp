#include <SQLiteCpp/Transaction.h>

#include <algorithm>

#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "base/clock.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/store_schema.h"
#include "monitor/store/unreported.h"
#include "monitor/store/upload_rows.h"
#include "schemas/report_codec.h"
#include "uploader/report_builder.h"
#include "uploader/report_frame.h"

namespace dwell::app {
namespace {

std::string listed(const std::vector<std::string>& texts) {
  std::string list;
  for (const std::string& text : texts) list += (list.empty() ? "" : ", ") + text;
  return list.empty() ? "-" : list;
}

void printTerms(const schemas::Report::Consent& consent, const schemas::Report::Settings& settings,
                std::ostream& out) {
  const auto& [idleMs, pauseMs, detail, include, exclude, parameters, words, level] = settings;
  out << "consent      " << (consent.participant ? "of " + *consent.participant + ": " : "") << consent.level
      << ", words " << consent.words << ", given " << timeText(toMs(consent.accepted)) << ", text "
      << consent.textSha256.substr(0, 12) << '\n'
      << "settings     level " << level << ", URLs " << detail << ", search words " << words
      << ", parameters " << listed(parameters) << ", idle after " << durationText(idleMs)
      << ", session pause " << durationText(pauseMs) << '\n'
      << "scope        include " << listed(include) << "; exclude " << listed(exclude) << '\n';
}

void printFrame(const schemas::Report& report, std::ostream& out) {
  out << "period       " << timeText(toMs(report.periodStart)) << " to " << timeText(toMs(report.periodEnd))
      << '\n'
      << "experiment   " << (report.experiment.empty() ? "- (not enrolled)" : report.experiment) << '\n';
  printTerms(report.consent, report.settings, out);
  for (const auto& other : report.others) printTerms(other.consent, other.settings, out);
  const auto& environment = report.environment;
  out << "environment  " << environment.os << ", Dwell " << environment.agentVersion << ", "
      << environment.locale << ", " << environment.timeZone << ", input from "
      << (environment.inputSource.empty() ? "-" : environment.inputSource);
  for (const auto& browser : environment.browsers) out << ", " << browser.brand << ' ' << browser.version;
  out << '\n';
}

/// Every row of the report, the small ones as numbers.
void printRows(const schemas::Report& report, std::ostream& out) {
  TextTable histograms({{"histogram"}, {"group"}, {"day"}, {"samples", TextTable::Align::kRight}});
  for (const auto& histogram : report.histograms) {
    std::int64_t samples = 0;
    for (const auto& bucket : histogram.buckets) samples += bucket.count;
    histograms.add({histogram.name, histogram.group,
                    timeText(std::int64_t{histogram.day} * 86'400'000).substr(0, 10),
                    std::to_string(samples)});
  }
  histograms.print(out);
  TextTable visits({{"visit", TextTable::Align::kRight}, {"start"}, {"attention"}, {"how"}, {"URL"}});
  for (const auto& visit : report.visits) {
    visits.add({std::to_string(visit.id), timeText(toMs(visit.start)), durationText(visit.attentionMs),
                std::string(schemas::accessTypeName(visit.accessType)), visit.url});
  }
  visits.print(out);
  for (const auto& search : report.searches) {
    out << "search " << search.id << ": " << search.engine << ", " << search.results.size() << " results\n";
  }
  for (const auto& trajectory : report.trajectories) {
    out << "log-in " << trajectory.id << ": " << trajectory.site << ", " << trajectory.steps.size()
        << " pages\n";
  }
  for (const auto& mark : report.marks) {
    out << "mark " << timeText(toMs(mark.time)) << ": " << mark.name << ' ' << mark.value << '\n';
  }
  for (const auto& [cause, count] : report.losses) out << "loss " << cause << ": " << count << '\n';
  out << report.histograms.size() << " histograms, " << report.visits.size() << " visits, "
      << report.sessions.size() << " sessions, " << report.searches.size() << " searches, "
      << report.trajectories.size() << " log-ins, " << report.marks.size() << " marks, "
      << report.coverage.size() << " days of coverage\n";
}

}  // namespace

/// Built as the sealer would now, but with no id, number or place in the outbox.
ExitCode reportPreview(const Context& context) {
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  auto database = openDatabaseForReading(context.paths.store(), monitor::storeSchema());
  if (!database) return context.fail(database.error());
  const auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return context.fail(store.error());
  const WallTime now = readWallTime();
  const auto terms = store->reportTerms(*settings, now);
  if (terms.empty()) {
    return context.fail({"no consent is in force, so nothing is reported", {}, "dwellctl consent accept"});
  }
  const auto enrolment = store->enrolment();

  const auto frame = uploader::readFrame(*database, /*client=*/"", terms, enrolment);
  SQLite::Transaction snapshot(*database);
  const auto rows = monitor::readUnreported(*database, uploader::unreportedFor(frame, now));
  if (!rows.worthReporting()) {
    if (!context.json)
      context.err << "dwellctl: nothing to report yet: only visits that have ended are reported\n";
  }
  WallTime periodStart = terms[0].given->time;
  for (const auto& sealed : monitor::readReports(*database)) {
    periodStart = std::max(periodStart, sealed.periodEnd);
  }
  const auto report = uploader::buildReport(frame, rows, /*id=*/"", /*sequence=*/0, periodStart, now);
  if (context.json) return context.print(Json::parse(schemas::encodeReport(report)));
  printFrame(report, context.out);
  printRows(report, context.out);
  if (!rows.all) context.out << "More waits: it goes into the reports after this one\n";
  return ExitCode::kOk;
}

}  // namespace dwell::app
