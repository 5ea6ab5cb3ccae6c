#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/time.h"
#include "monitor/record/upload_attempt.h"
#include "schemas/histogram_registry.h"
#include "schemas/visit.h"

/// The histogram samples that rows of the store yield, as schemas/histograms.json says when and what. Pure:
/// the recorder and `dwellctl histograms --rebuild` make the same samples from the same rows.
namespace dwell::monitor {

/// Takes `count` samples of `value`.
using SampleSink = std::function<void(schemas::HistogramId id, std::int64_t value, std::int64_t count)>;

/// Of a visit, when it has ended. A visit that ended in a redirect is no access of its own and yields none.
void sampleEnded(const schemas::Visit& visit, Millis idleThreshold, const SampleSink& sink);

/// Of a visit, when it is final.
void sampleFinal(const schemas::Visit& visit, const SampleSink& sink);

/// Of a SERP visit from which a result was clicked by then, when it is final. Rows do not tell it: later
/// redirects and clicks are no part of it.
void sampleFirstClick(const schemas::Visit& visit, WallTime firstClick, const SampleSink& sink);

/// Of a session, when it is over and its visits have ended.
void sampleSession(const schemas::Session& session, const SampleSink& sink);

/// Of the sending of a report.
void sampleUpload(const UploadAttempt& attempt, const SampleSink& sink);

/// Of a login trajectory, when it and its steps have ended.
void sampleTrajectory(const schemas::Trajectory& trajectory, const SampleSink& sink);

}  // namespace dwell::monitor
