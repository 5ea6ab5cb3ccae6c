#include "monitor/record/samples.h"

#include <algorithm>
#include <limits>
#include <numeric>

#include "base/url.h"

namespace dwell::monitor {
namespace {

using schemas::HistogramId;
using schemas::Visit;
namespace hist = schemas::hist;

/// Below it a rate would be noise.
constexpr std::int64_t kShortestForRates = 1'000;
constexpr std::int64_t kMinuteMs = 60'000;

void sampleRates(const Visit& visit, const SampleSink& sink) {
  const std::int64_t attention = visit.attentionMs;
  if (attention < kShortestForRates) return;
  const auto rate = [&](HistogramId id, std::int64_t count) {
    sink(id, (count * kMinuteMs + attention / 2) / attention, 1);
  };
  rate(hist::kInputMouseDown, visit.input.mouseDowns);
  rate(hist::kInputMouseUp, visit.input.mouseUps);
  rate(hist::kInputMouseMove, visit.input.mouseMoves);
  rate(hist::kInputKey, visit.input.keys);
  rate(hist::kInputBrowserKey, visit.input.browserKeys);
  rate(hist::kInputScroll, visit.input.scrolls);
  rate(hist::kInputTouch, visit.input.touches);
}

/// The gaps of one input age bucket have only their count and sum: each counts with the mean, rounded so that
/// the sum stays exact.
void sampleGaps(const schemas::AttentionGaps& gaps, const SampleSink& sink) {
  for (std::size_t i = 0; i < schemas::kAgeBuckets; ++i) {
    const std::int64_t count = gaps.count[i];
    if (count == 0) continue;
    const std::int64_t mean = gaps.sumMs[i] / count;
    const std::int64_t above = gaps.sumMs[i] % count;
    if (above > 0) sink(hist::kEngagementInputGap, mean + 1, above);
    sink(hist::kEngagementInputGap, mean, count - above);
  }
}

void sampleAttention(const Visit& visit, Millis idleThreshold, const SampleSink& sink) {
  if (visit.attentionMs == 0) return;
  sink(hist::kEngagementAttentionTime, visit.attentionMs, 1);
  sink(hist::kEngagementActiveTime, schemas::activeMs(visit.attentionByInputAgeMs, idleThreshold.count()), 1);
  sink(hist::kEngagementScrollDepth, visit.scrollDepthPercent, 1);
  sink(hist::kLinkMouseDown, visit.linksPressed, 1);
  sink(hist::kTabFormActivity, visit.form.fields + visit.form.characters, 1);
  const std::int64_t audible =
      schemas::activeMs(visit.audibleByInputAgeMs, std::numeric_limits<std::int64_t>::max());
  if (audible > 0) sink(hist::kEngagementAudibleTime, audible, 1);
}

void sampleForm(const schemas::FormCounts& form, const SampleSink& sink) {
  if (form.fields == 0 && form.characters == 0 && form.autofilled == 0) return;
  const std::int64_t typed = form.characters > 0 ? 1 : 0;
  const std::int64_t autofilled = form.autofilled > 0 ? 2 : 0;
  sink(hist::kFormOutcome, typed + autofilled, 1);
}

/// CLS is a ratio, mostly far below 1: in thousandths.
void sampleVitals(const schemas::Vitals& vitals, const SampleSink& sink) {
  const auto sample = [&](HistogramId id, const std::optional<double>& value, double unit) {
    // A page may say anything of itself: what is beyond the histogram goes into its overflow.
    if (value && *value >= 0) sink(id, static_cast<std::int64_t>(std::min(*value * unit, 1e9) + 0.5), 1);
  };
  sample(hist::kPageLargestContentfulPaint, vitals.lcpMs, 1);
  sample(hist::kPageInteractionToNextPaint, vitals.inpMs, 1);
  sample(hist::kPageCumulativeLayoutShift, vitals.cls, 1'000);
}

void sampleTyped(const Visit& visit, const SampleSink& sink) {
  if (!visit.typedCharacters) return;
  const auto needed = static_cast<std::int64_t>(url::visibleLength(visit.url));
  if (needed > 0) {
    sink(hist::kNavigationTypedCharactersShare,
         std::min<std::int64_t>(*visit.typedCharacters * 100 / needed, 100), 1);
  }
}

}  // namespace

void sampleEnded(const Visit& visit, Millis idleThreshold, const SampleSink& sink) {
  if (visit.exit == schemas::Exit::kRedirect) return;
  sink(hist::kNavigationAccessType, static_cast<std::int64_t>(visit.accessType), 1);
  sampleTyped(visit, sink);
  sampleAttention(visit, idleThreshold, sink);
  sampleRates(visit, sink);
  sampleGaps(visit.attentionGaps, sink);
  sampleForm(visit.form, sink);
  if (visit.vitals) sampleVitals(*visit.vitals, sink);
  if (visit.visibleUnattendedMs > 0) {
    sink(hist::kEngagementVisibleUnattendedTime, visit.visibleUnattendedMs, 1);
  }
}

void sampleFinal(const Visit& visit, const SampleSink& sink) {
  if (visit.exit == schemas::Exit::kRedirect) return;
  if (visit.serp) {
    if (visit.serp->rank) sink(hist::kSearchClickRank, *visit.serp->rank, 1);
    if (visit.dwellMs) sink(hist::kSearchDwellTime, *visit.dwellMs, 1);
    sink(hist::kSearchQuickBack, visit.quickBack ? 1 : 0, 1);
    sink(hist::kSearchPogoStick, visit.pogoStick ? 1 : 0, 1);
  }
}

void sampleFirstClick(const Visit& visit, WallTime firstClick, const SampleSink& sink) {
  if (visit.exit == schemas::Exit::kRedirect || !visit.resultsPage || !visit.attentionFirst) return;
  sink(hist::kSearchTimeToFirstClick, toMs(firstClick) - toMs(*visit.attentionFirst), 1);
}

void sampleSession(const schemas::Session& session, const SampleSink& sink) {
  sink(hist::kSessionDuration, toMs(session.end) - toMs(session.start), 1);
  sink(hist::kSessionPages, session.pages, 1);
  sink(hist::kSessionActiveTime, session.activeMs, 1);
}

void sampleUpload(const UploadAttempt& attempt, const SampleSink& sink) {
  if (attempt.status) sink(hist::kUploadResponseCode, *attempt.status, 1);
  sink(hist::kUploadNetError, attempt.netError, 1);
  sink(hist::kUploadBytes, attempt.bytes, 1);
  if (attempt.attempts) sink(hist::kUploadAttempts, *attempt.attempts, 1);
}

void sampleTrajectory(const schemas::Trajectory& trajectory, const SampleSink& sink) {
  sink(hist::kLoginTrajectoryStarts, 0, 1);
  sink(hist::kLoginTrajectoryEnd,
       schemas::histogramEnumValue(hist::kLoginTrajectoryEnd, trajectory.endReason).value_or(0), 1);
  sink(hist::kLoginTrajectoryLength, static_cast<std::int64_t>(trajectory.steps.size()), 1);
  sink(hist::kLoginTrajectoryActiveTime, trajectory.activeMs, 1);
}

}  // namespace dwell::monitor
