#include "monitor/record/batch.h"

#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "base/histogram_samples.h"

namespace dwell::monitor {
namespace {

/// How many links of pages are kept for each row that may be: 20 × 10,000 are about 30 MB.
constexpr std::size_t kLinksARow = 20;

template <class Row>
void append(std::vector<Row>& to, std::vector<Row>&& more) {
  to.insert(to.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

/// The later word on a row takes the place of the earlier one.
template <class Row>
void joinRows(std::vector<Row>& to, std::vector<Row>&& more) {
  std::unordered_map<std::int64_t, std::size_t> places;
  for (std::size_t i = 0; i < to.size(); ++i) places[to[i].id] = i;
  for (Row& row : more) {
    const auto place = places.find(row.id);
    if (place == places.end()) {
      places[row.id] = to.size();
      to.push_back(std::move(row));
    } else {
      to[place->second] = std::move(row);
    }
  }
}

void joinHistograms(std::vector<schemas::ReportHistogram>& to, std::vector<schemas::ReportHistogram>&& more) {
  for (schemas::ReportHistogram& delta : more) {
    const auto same = std::find_if(to.begin(), to.end(), [&](const auto& known) {
      return known.name == delta.name && known.group == delta.group && known.day == delta.day;
    });
    HistogramSamples samples;
    if (same != to.end()) samples = {std::move(same->buckets), same->sum};
    if (same != to.end() && samples.merge({delta.buckets, delta.sum})) {
      same->buckets = std::move(samples.buckets);
      same->sum = samples.sum;
    } else {
      if (same != to.end()) same->buckets = std::move(samples.buckets);
      to.push_back(std::move(delta));  // of other edges: the store says so
    }
  }
}

void joinCoverage(std::vector<schemas::CoverageDay>& to, std::vector<schemas::CoverageDay>&& more) {
  for (const schemas::CoverageDay& delta : more) {
    const auto same =
        std::find_if(to.begin(), to.end(), [&](const auto& day) { return day.day == delta.day; });
    if (same == to.end()) {
      to.push_back(delta);
      continue;
    }
    same->runningS += delta.runningS;
    same->recordingS += delta.recordingS;
    same->pausedS += delta.pausedS;
    same->withoutConsentS += delta.withoutConsentS;
    same->browserConnectedS += delta.browserConnectedS;
    same->attentionInScopeMs += delta.attentionInScopeMs;
    same->attentionOutOfScopeMs += delta.attentionOutOfScopeMs;
  }
}

template <class Row>
std::int64_t dropOldest(std::vector<Row>& rows, std::size_t most) {
  if (rows.size() <= most) return 0;
  const auto dropped = static_cast<std::ptrdiff_t>(rows.size() - most);
  rows.erase(rows.begin(), rows.begin() + dropped);
  return dropped;
}

/// The oldest tables beyond kLinksARow × `most` links in all, or beyond `most` tables.
std::int64_t dropOldestLinks(std::vector<schemas::VisitLinks>& links, std::size_t most) {
  std::size_t kept = 0;
  const auto first = std::find_if(links.rbegin(), links.rend(), [&](const schemas::VisitLinks& each) {
    kept += each.table->size();
    return kept > kLinksARow * most;
  });
  const auto dropped = static_cast<std::size_t>(links.rend() - first);
  return dropOldest(links, std::min(most, links.size() - dropped));
}

}  // namespace

void join(Batch& first, Batch next) {
  first.time = next.time;
  joinRows(first.ended, std::move(next.ended));
  first.open = std::move(next.open);  // all that are open
  append(first.links, std::move(next.links));
  append(first.finals, std::move(next.finals));
  joinRows(first.sessions, std::move(next.sessions));
  joinRows(first.trajectories, std::move(next.trajectories));
  joinRows(first.searches, std::move(next.searches));
  joinHistograms(first.histograms, std::move(next.histograms));
  // What is due and made in one is nobody's concern; what was due before is made here.
  for (const SampledRow& row : next.samplesMade) {
    const auto due = std::find(first.samplesDue.begin(), first.samplesDue.end(), row);
    if (due == first.samplesDue.end())
      first.samplesMade.push_back(row);
    else
      first.samplesDue.erase(due);
  }
  append(first.samplesDue, std::move(next.samplesDue));
  append(first.forgotten, std::move(next.forgotten));
  first.lastAttempt = std::max(first.lastAttempt, next.lastAttempt);
  joinCoverage(first.coverage, std::move(next.coverage));
  append(first.marks, std::move(next.marks));
  for (const auto& [cause, count] : next.losses) first.losses[cause] += count;
}

std::int64_t keepNewest(Batch& batch, std::size_t most) {
  dropOldest(batch.finals, most);
  return dropOldest(batch.ended, most) + dropOldestLinks(batch.links, most) +
         dropOldest(batch.sessions, most) + dropOldest(batch.trajectories, most) +
         dropOldest(batch.searches, most) + dropOldest(batch.marks, most);
}

std::int64_t rowsOf(const Batch& batch) {
  return static_cast<std::int64_t>(batch.ended.size() + batch.open.size() + batch.links.size() +
                                   batch.sessions.size() + batch.trajectories.size() + batch.searches.size() +
                                   batch.marks.size() + batch.histograms.size());
}

}  // namespace dwell::monitor
