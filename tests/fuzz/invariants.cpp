#include "tests/fuzz/invariants.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "tests/fuzz/require.h"

namespace dwell::fuzz {
namespace {

using schemas::AgeBuckets;
using schemas::Visit;

std::int64_t sum(const AgeBuckets& buckets) {
  return std::accumulate(buckets.begin(), buckets.end(), std::int64_t{0});
}

bool neverNegative(const AgeBuckets& buckets) {
  return std::all_of(buckets.begin(), buckets.end(), [](std::int64_t value) { return value >= 0; });
}

std::int64_t activeMs(const Visit& visit) { return schemas::activeMs(visit.attentionByInputAgeMs, 15'000); }

void checkSessions(const tests::WholeTrace& trace) {
  std::map<std::int64_t, std::pair<std::int64_t, std::int64_t>> counted;  // pages and active ms
  for (const Visit& visit : trace.visits) {
    if (!visit.session) continue;
    auto& [pages, active] = counted[*visit.session];
    pages += visit.exit == schemas::Exit::kRedirect ? 0 : 1;
    active += activeMs(visit);
  }
  for (const schemas::Session& session : trace.sessions) {
    require(session.start <= session.end, "a session ends after its start");
    const auto [pages, active] = counted[session.id];
    require(session.pages == pages, "a session's pages are its visits, redirects apart");
    require(session.activeMs == active, "a session's active time is that of its visits");
    counted.erase(session.id);
  }
  require(counted.empty(), "every session of a visit is there");
}

void checkTrajectories(const tests::WholeTrace& trace) {
  std::map<std::int64_t, const Visit*> visits;
  for (const Visit& visit : trace.visits) visits[visit.id] = &visit;
  std::int64_t next = 1;
  for (const schemas::Trajectory& trajectory : trace.trajectories) {
    require(trajectory.id == next++, "trajectories are numbered without holes");
    require(!trajectory.steps.empty() && !trajectory.endReason.empty(), "a trajectory has steps and an end");
    require(trajectory.start <= trajectory.end, "a trajectory ends after its start");
    require(std::is_sorted(trajectory.steps.begin(), trajectory.steps.end()), "steps are in order");
    std::int64_t active = 0;
    for (const std::int64_t step : trajectory.steps) {
      require(visits.count(step) == 1, "steps are visits");
      active += activeMs(*visits[step]);
    }
    require(trajectory.activeMs == active, "a trajectory's active time is that of its steps");
    require(trajectory.distinctUrls >= 1 &&
                trajectory.distinctUrls <= static_cast<std::int64_t>(trajectory.steps.size()),
            "distinct URLs are of the steps");
  }
  for (const Visit& visit : trace.visits) {
    if (!visit.trajectory) continue;
    const auto id = static_cast<std::size_t>(visit.trajectory->id);
    require(id >= 1 && id <= trace.trajectories.size(), "a step's trajectory is there");
    const auto& steps = trace.trajectories[id - 1].steps;
    const auto step = static_cast<std::size_t>(visit.trajectory->step);
    require(step >= 1 && step <= steps.size() && steps[step - 1] == visit.id, "and has it as that step");
  }
}

}  // namespace

void checkVisit(const Visit& visit) {
  require(visit.start <= visit.end, "a visit ends after its start");
  require(neverNegative(visit.attentionByInputAgeMs) && neverNegative(visit.audibleByInputAgeMs) &&
              neverNegative(visit.attentionGaps.count) && neverNegative(visit.attentionGaps.sumMs) &&
              visit.attentionGaps.censoredMs >= 0 && visit.visibleUnattendedMs >= 0,
          "no time is negative");
  require(sum(visit.attentionByInputAgeMs) == visit.attentionMs, "the buckets add up to the attention");
  require(sum(visit.attentionGaps.sumMs) + visit.attentionGaps.censoredMs == visit.attentionMs,
          "gaps and censored time add up to the attention");
  require(visit.attentionMs + visit.visibleUnattendedMs <= toMs(visit.end - visit.start),
          "nobody looks longer than a visit lasts");
  for (std::size_t i = 0; i < schemas::kAgeBuckets; ++i) {
    require(visit.audibleByInputAgeMs[i] <= visit.attentionByInputAgeMs[i], "what is heard is looked at");
  }
  require(visit.attentionFirst.has_value() == (visit.attentionMs > 0), "attention has a first moment");
  if (visit.attentionFirst) {
    require(visit.start <= *visit.attentionFirst && *visit.attentionFirst <= *visit.attentionLast &&
                *visit.attentionLast <= visit.end,
            "attention is within the visit");
  }
  require(visit.scrollDepthPercent >= 0 && visit.scrollDepthPercent <= 100, "a percentage is one");
  require(visit.localHour >= 0 && visit.localHour <= 23 && visit.weekday >= 1 && visit.weekday <= 7,
          "hour and weekday are some");
  require(!visit.sourceVisit || *visit.sourceVisit < visit.id, "what a visit comes from is older");
  require(!visit.dwellMs || (visit.serp && *visit.dwellMs > 0), "only clicks have a dwell time");
  require(!visit.quickBack || visit.dwellMs, "only who returned was quick");
  require(!visit.pogoStick || visit.quickBack, "only who was quick pogo-sticks");
}

void checkTrace(const tests::WholeTrace& trace, Millis length) {
  std::int64_t attention = 0;
  std::int64_t next = 1;
  for (const Visit& visit : trace.visits) {
    require(visit.id == next++, "visits are numbered from 1 in order of start");
    require(visit.exit != schemas::Exit::kOpen, "every visit has ended");
    checkVisit(visit);
    attention += visit.attentionMs;
  }
  require(attention <= toMs(length), "attention never exceeds the time that passed");
  checkSessions(trace);
  checkTrajectories(trace);
  for (const schemas::Search& search : trace.searches) {
    require(!search.serpVisits.empty(), "a search has a results page");
    for (const auto& result : search.results) {
      require(!result.clicked || *result.clicked <= static_cast<std::int64_t>(trace.visits.size()),
              "a click is a visit");
    }
  }
}

}  // namespace dwell::fuzz
