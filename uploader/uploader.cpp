#include "uploader/uploader.h"

#include <utility>

#include "uploader/delivery.h"
#include "uploader/sealer.h"
#include "uploader/upload_schedule.h"

namespace dwell::uploader {
namespace {

HttpRequest requestFor(const WaitingReport& report, const Destination& destination) {
  return {destination.origin + "/v1/reports",
          {{"Authorization", "Bearer " + destination.token},
           {"Content-Type", "application/json"},
           {"Content-Encoding", "gzip"},
           {"Dwell-Report-Id", report.id},
           {"Dwell-Report-Sha256", report.sha256}},
          report.body};
}

}  // namespace

bool endsRun(Step step) {
  switch (step) {
    case Step::kSealed:
    case Step::kDelivered:
    case Step::kQuarantined:
    case Step::kSplit:
      return false;
    case Step::kIdle:
    case Step::kRetryLater:
    case Step::kWaiting:
    case Step::kBlocked:
    case Step::kStopped:
      return true;
  }
  return true;
}

Uploader::Uploader(SQLite::Database& database, Transport& transport, Destination destination)
    : database_(database), transport_(transport), destination_(std::move(destination)), outbox_(database) {}

StepResult Uploader::step(const ReportFrame& frame, const StepContext& context) {
  outbox_.keepWithin({frame.settings.outboxBytes, frame.settings.outboxAge}, context.now);
  const monitor::UploadState state = outbox_.state();
  if (!state.blocked.empty() && !context.askedFor) return {Step::kBlocked, "", state.blocked, {}, {}};
  if (const auto report = outbox_.next()) {
    if (!context.askedFor && !retryIsDue(state.nextAttempt, context.now)) {
      return {Step::kWaiting, report->id, "a retry is set", state.nextAttempt, {}};
    }
    return send(*report, context);
  }
  if (!seal(database_, frame, context.now)) {
    outbox_.forgetOld(context.now);
    return {Step::kIdle, "", "nothing new to report", {}, {}};
  }
  return {Step::kSealed, "", "sealed a report", {}, {}};
}

StepResult Uploader::pause(WallTime until) {
  outbox_.pause(until);
  return {Step::kRetryLater, "", "many reports wait; the rest goes after a pause", until, {}};
}

StepResult Uploader::send(const WaitingReport& report, const StepContext& context) {
  const auto answer = transport_.exchange(requestFor(report, destination_));
  StepResult result = settle(report, answer, context);
  if (answer) result.revision = answer->revision;
  return result;
}

StepResult Uploader::settle(const WaitingReport& report, const tl::expected<HttpAnswer, NoAnswer>& answer,
                            const StepContext& context) {
  const Delivery delivery = judge(answer, report);
  Attempt attempt{context.now, {}, {}, "", delivery.detail, destination_.origin};
  if (answer) {
    attempt.status = answer->status;
  } else {
    attempt.netError = answer.error().code;
  }
  switch (delivery.verdict) {
    case Verdict::kDelivered:
      attempt.outcome = "delivered";
      outbox_.delivered(report.id, *delivery.receipt, attempt);
      return {Step::kDelivered, report.id, delivery.detail, {}, {}};
    case Verdict::kQuarantine:
      attempt.outcome = "quarantined";
      outbox_.quarantine(report.id, delivery.detail, attempt);
      return {Step::kQuarantined, report.id, delivery.detail, {}, {}};
    case Verdict::kSplit:
      return split(report, attempt);
    case Verdict::kBlocked:
      attempt.outcome = "blocked";
      outbox_.block(delivery.detail, report.id, attempt);
      return {Step::kBlocked, report.id, delivery.detail, {}, {}};
    case Verdict::kStopped:
      return {Step::kStopped, report.id, "stopped before an answer came; the report waits", {}, {}};
    case Verdict::kRetry:
      break;
  }
  attempt.outcome = "retry";
  const auto retryAfter = answer ? answer->retryAfter : std::nullopt;
  const WallTime next = context.now + retryDelay(outbox_.state().failures + 1, retryAfter, context.random);
  outbox_.retryAt(next, report.id, attempt);
  return {Step::kRetryLater, report.id, delivery.detail, next, {}};
}

StepResult Uploader::split(const WaitingReport& report, const Attempt& refused) {
  Attempt attempt = refused;
  std::vector<schemas::Report> parts;
  if (const auto whole = unpackReport(report.body)) parts = splitReport(*whole);
  if (parts.empty()) {
    attempt.outcome = "quarantined";
    outbox_.quarantine(report.id, "too large for the collector, and can't be divided", attempt);
    return {Step::kQuarantined, report.id, "too large for the collector, and can't be divided", {}, {}};
  }
  attempt.outcome = "split";
  outbox_.replace(report.id, std::move(parts), attempt);
  return {Step::kSplit, report.id, "too large; sealed again as two reports", {}, {}};
}

}  // namespace dwell::uploader
