#include "uploader/report_builder.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace dwell::uploader {
namespace {

using schemas::Report;

template <class Row, class TooEarly>
std::int64_t dropIf(std::vector<Row>& rows, TooEarly tooEarly) {
  return static_cast<std::int64_t>(std::erase_if(rows, tooEarly));
}

/// Moves the second half of `from` to `to`.
template <class Row>
void halve(std::vector<Row>& from, std::vector<Row>& to) {
  const auto middle = from.begin() + static_cast<std::ptrdiff_t>((from.size() + 1) / 2);
  to.assign(std::make_move_iterator(middle), std::make_move_iterator(from.end()));
  from.erase(middle, from.end());
}

Report::Settings settingsInReport(const Settings& settings) {
  return {toMs(settings.idleThreshold),
          toMs(settings.sessionPause),
          std::string(urlDetailName(settings.urlDetail)),
          settings.include,
          settings.exclude,
          settings.keepParameters,
          std::string(searchWordsName(settings.searchWords)),
          std::string(levelName(settings.level))};
}

}  // namespace

monitor::UnreportedQuery unreportedFor(const ReportFrame& frame, WallTime now, std::size_t limit) {
  auto query = monitor::UnreportedQuery::under(frame.settings, now, limit);
  if (!frame.consent.participant) return query;
  query.acts = {{*frame.consent.participant, frame.consent.accepted}};
  for (const auto& other : frame.others) {
    query.acts.push_back({other.consent.participant.value_or(""), other.consent.accepted});
    // Who agreed to counts only has no rows of theirs in the store.
    query.countsOnly = query.countsOnly && other.settings.level == Level::kHistograms;
  }
  return query;
}

Report buildReport(const ReportFrame& frame, monitor::UnreportedRows rows, std::string id,
                   std::int64_t sequence, WallTime periodStart, WallTime periodEnd) {
  Report report;
  report.id = std::move(id);
  report.sequence = sequence;
  report.client = frame.client;
  report.experiment = frame.experiment;
  report.periodStart = periodStart;
  report.periodEnd = std::max(periodStart, periodEnd);
  report.environment = frame.environment;
  report.settings = settingsInReport(frame.settings);
  report.consent = frame.consent;
  WallTime consent = frame.consent.accepted;  // the first
  for (const auto& other : frame.others) {
    report.others.push_back({other.consent, settingsInReport(other.settings)});
    consent = std::min(consent, other.consent.accepted);
  }

  const auto tooEarly = [&](const schemas::Visit& visit) {
    const auto* act = report.consentFor(visit);
    return act == nullptr || visit.start < act->accepted;
  };
  std::set<std::int64_t> early;
  for (const auto& visit : rows.visits) {
    if (tooEarly(visit)) early.insert(visit.id);
  }
  std::int64_t dropped = dropIf(rows.visits, tooEarly);
  std::erase_if(rows.links, [&](const auto& links) { return early.count(links.visit) != 0; });
  dropped += dropIf(rows.sessions, [&](const auto& s) { return s.start < consent; });
  dropped += dropIf(rows.trajectories, [&](const auto& t) { return t.start < consent; });
  dropped += dropIf(rows.marks, [&](const auto& m) { return m.time < consent; });
  dropped += dropIf(rows.searches, [&](const auto& s) {
    return std::any_of(s.serpVisits.begin(), s.serpVisits.end(),
                       [&](std::int64_t visit) { return early.count(visit) != 0; });
  });

  report.visits = std::move(rows.visits);
  report.links = std::move(rows.links);
  report.sessions = std::move(rows.sessions);
  report.trajectories = std::move(rows.trajectories);
  report.searches = std::move(rows.searches);
  report.marks = std::move(rows.marks);
  report.histograms = std::move(rows.histograms);
  report.coverage = std::move(rows.coverage);
  report.losses = std::move(rows.losses);
  if (dropped > 0) report.losses["report.before_consent"] += dropped;
  return report;
}

std::vector<Report> splitReport(const Report& whole) {
  if (std::max({whole.visits.size(), whole.sessions.size(), whole.trajectories.size(), whole.searches.size(),
                whole.marks.size(), whole.histograms.size(), whole.coverage.size()}) < 2) {
    return {};
  }
  Report first = whole;
  Report second = whole;
  halve(first.visits, second.visits);
  auto middle = first.links.begin();
  for (std::size_t row = 0; middle != first.links.end(); ++middle, ++row) {
    while (whole.visits[row].id != middle->visit) ++row;
    if (row >= first.visits.size()) break;
  }
  second.links.assign(middle, first.links.end());
  first.links.erase(middle, first.links.end());
  halve(first.sessions, second.sessions);
  halve(first.trajectories, second.trajectories);
  halve(first.searches, second.searches);
  halve(first.marks, second.marks);
  halve(first.histograms, second.histograms);
  halve(first.coverage, second.coverage);
  second.losses.clear();
  std::vector<Report> parts;
  parts.push_back(std::move(first));
  parts.push_back(std::move(second));
  return parts;
}

}  // namespace dwell::uploader
