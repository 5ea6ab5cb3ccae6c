#include "app/upload/run.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/database.h"
#include "base/file_lock.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/erasure_request.h"
#include "monitor/store/store_schema.h"
#include "uploader/erasure.h"
#include "uploader/experiment.h"
#include "uploader/origin.h"
#include "uploader/report_frame.h"
#include "uploader/withdrawn_reports.h"

namespace dwell::app {
namespace {

/// A month that was spent offline is no reason to keep the collector busy at a stretch.
constexpr std::int64_t kReportsARun = 20;
constexpr Millis kPause = std::chrono::minutes(1);

UploadSummary ended(UploadExit exit, std::string outcome, std::string message) {
  UploadSummary summary;
  summary.exit = exit;
  summary.outcome = std::move(outcome);
  summary.message = std::move(message);
  return summary;
}

UploadSummary noConsent(const std::string& why) {
  return ended(UploadExit::kNeedsPerson, "no_consent", why + "; see and give it: dwellctl consent");
}
UploadSummary notEnrolled(const std::string& why) {
  return ended(UploadExit::kNeedsPerson, "not_enrolled", why + "; enrol it: dwellctl enrol URL CODE");
}

void count(UploadSummary& summary, uploader::Step step) {
  summary.sealed += step == uploader::Step::kSealed ? 1 : 0;
  summary.delivered += step == uploader::Step::kDelivered ? 1 : 0;
  summary.quarantined += step == uploader::Step::kQuarantined ? 1 : 0;
  summary.split += step == uploader::Step::kSplit ? 1 : 0;
}

void conclude(UploadSummary& summary, const uploader::StepResult& last) {
  summary.nextAttempt = last.nextAttempt;
  switch (last.step) {
    case uploader::Step::kRetryLater:
    case uploader::Step::kWaiting:
      summary.exit = UploadExit::kLater;
      summary.outcome = "later";
      summary.message = "not sent: " + last.detail;
      return;
    case uploader::Step::kBlocked:
      summary.exit = UploadExit::kNeedsPerson;
      summary.outcome = "blocked";
      summary.message =
          "the collector refuses this machine (" + last.detail + "); enrol it: dwellctl enrol URL CODE";
      return;
    case uploader::Step::kStopped:
      summary.exit = UploadExit::kStopped;
      summary.outcome = "stopped";
      summary.message = last.detail;
      return;
    case uploader::Step::kSealed:
    case uploader::Step::kDelivered:
    case uploader::Step::kQuarantined:
    case uploader::Step::kSplit:
    case uploader::Step::kIdle:
      summary.outcome = "done";
      summary.message =
          summary.delivered + summary.quarantined == 0 ? last.detail : "nothing is left to send";
      return;
  }
}

struct Erasures {
  std::int64_t acknowledged = 0;
  std::int64_t reports = 0;  ///< that the collector erased
  std::optional<WallTime> next;
  std::string detail;  ///< why one still waits
};

/// Opting out goes before all else, and needs neither consent nor enrolment.
Expected<Erasures> sendErasures(const UploadRun& run, uploader::Transport& transport) {
  auto requests = monitor::readErasureRequests(run.paths.erasureRequests());
  if (!requests) return tl::unexpected<Error>(requests.error());
  Erasures outcome;
  for (auto& request : *requests) {
    if (request.acknowledged || (run.stop != nullptr && run.stop->load())) continue;
    const auto step = uploader::askForErasure(transport, request, {run.clock(), run.chance(), run.now});
    if (step == uploader::ErasureStep::kStopped) continue;
    if (step != uploader::ErasureStep::kWaiting) {
      monitor::keepErasureRequest(run.paths.erasureRequests(), request);
    }
    if (step == uploader::ErasureStep::kAcknowledged) {
      ++outcome.acknowledged;
      outcome.reports += request.reports;
    } else {
      outcome.detail = request.detail;
    }
  }
  outcome.next = monitor::nextErasureAttempt(*requests, run.clock());
  return outcome;
}

/// What came of reports and erasures together: an erasure that waits is not overlooked for want of consent.
UploadSummary joined(UploadSummary summary, const Erasures& erasures) {
  summary.erased = erasures.acknowledged;
  const bool nothingElse = summary.exit == UploadExit::kDone || summary.exit == UploadExit::kNeedsPerson;
  if (erasures.next) {
    if (!summary.nextAttempt || *erasures.next < *summary.nextAttempt) summary.nextAttempt = erasures.next;
    if (nothingElse) {
      summary.exit = UploadExit::kLater;
      summary.outcome = "later";
      summary.message = "the erasure is not acknowledged yet: " + erasures.detail;
    }
  } else if (erasures.acknowledged > 0 && summary.exit == UploadExit::kNeedsPerson) {
    summary.exit = UploadExit::kDone;
    summary.outcome = "done";
    summary.message = "the collector has erased what this machine had sent (" +
                      std::to_string(erasures.reports) + " reports)";
  }
  return summary;
}

/// Newer settings of the experiment: kept for the agent to take up. Where that fails, the next answer says
/// again that there are some.
void fetchSettings(const UploadRun& run, uploader::Transport& transport, monitor::ConsentStore& consents,
                   const std::string& token, UploadSummary& summary) {
  auto enrolment = *consents.enrolment();
  const auto fetched = uploader::fetchExperiment(transport, enrolment.collector, token);
  if (!fetched) {
    summary.message += "; newer settings of the experiment can't be taken up: " + fetched.error().message();
    return;
  }
  if (fetched->id != enrolment.experiment || fetched->revision <= enrolment.revision) return;
  enrolment.revision = fetched->revision;
  enrolment.settings = fetched->settings;
  enrolment.time = run.clock();
  consents.newerSettings(enrolment);
  summary.settingsRevision = fetched->revision;
}

Expected<UploadSummary> sendReports(const UploadRun& run, uploader::Transport& transport) {
  auto consents = monitor::ConsentStore::open(run.paths.dataDir);
  if (!consents) return tl::unexpected<Error>(consents.error());
  const auto terms = consents->reportTerms(run.settings, run.clock());
  if (terms.empty()) return noConsent("no consent is in force");
  const auto identity = consents->identity(run.machine, run.clock());
  const auto enrolment = consents->enrolment();
  if (!enrolment) return notEnrolled("this machine is not enrolled");
  if (terms[0].given->collector != enrolment->collector) {
    return noConsent("the consent in force does not name the collector of this machine's enrolment");
  }
  const auto origin = uploader::collectorOrigin(enrolment->collector);
  if (!origin) return tl::unexpected<Error>(origin.error());
  const auto token = consents->token(*origin);
  if (!token) return ended(UploadExit::kNeedsPerson, "not_enrolled", token.error().message());
  if (!*token) return notEnrolled("the token of this machine's enrolment is not there");

  auto database = openDatabase(run.paths.store(), monitor::storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  const auto frame = uploader::readFrame(*database, identity->client, terms, enrolment);
  uploader::holdBackWithdrawn(*database, frame, run.clock());
  uploader::Uploader uploader(*database, transport, {*origin, **token});
  UploadSummary summary;
  uploader::StepResult last;
  std::int64_t revision = 0;
  do {
    if (run.stop != nullptr && run.stop->load()) {
      last = {uploader::Step::kStopped, "", "stopped; what is left waits", {}, {}};
      break;
    }
    last = uploader.step(frame, {run.clock(), run.chance(), run.now});
    count(summary, last.step);
    revision = std::max(revision, last.revision.value_or(0));
    if (!run.now && last.step == uploader::Step::kDelivered && summary.delivered >= kReportsARun) {
      last = uploader.pause(run.clock() + kPause);
    }
  } while (!uploader::endsRun(last.step));
  conclude(summary, last);
  if (revision > enrolment->revision) fetchSettings(run, transport, *consents, **token, summary);
  return summary;
}

}  // namespace

Expected<UploadSummary> runUpload(const UploadRun& run, uploader::Transport& transport) {
  if (!std::filesystem::exists(run.paths.store()))
    return noConsent("nothing was recorded yet, and no consent given");
  const auto lock = FileLock::take(run.paths.uploadLock());
  if (!lock) return ended(UploadExit::kDone, "busy", "another dwell-upload is sending");
  const auto erasures = sendErasures(run, transport);
  if (!erasures) return tl::unexpected<Error>(erasures.error());
  auto summary = sendReports(run, transport);
  if (!summary) return summary;
  return joined(std::move(*summary), *erasures);
}

std::string summaryText(const UploadSummary& s) {
  std::string text = s.message;
  if (s.sealed + s.delivered + s.quarantined + s.split > 0) {
    text += " (sealed " + std::to_string(s.sealed) + ", delivered " + std::to_string(s.delivered) +
            ", refused " + std::to_string(s.quarantined) + ", divided " + std::to_string(s.split) + ")";
  }
  return text;
}

std::string summaryJson(const UploadSummary& s) {
  nlohmann::ordered_json json = {{"outcome", s.outcome},         {"message", s.message},
                                 {"sealed", s.sealed},           {"delivered", s.delivered},
                                 {"quarantined", s.quarantined}, {"split", s.split},
                                 {"erased", s.erased},           {"next_attempt_ms", nullptr}};
  if (s.nextAttempt) json["next_attempt_ms"] = toMs(*s.nextAttempt);
  json["settings_revision"] =
      s.settingsRevision ? nlohmann::ordered_json(*s.settingsRevision) : nlohmann::ordered_json();
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dwell::app
