#include "app/upload/run.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/database.h"
#include "base/file_lock.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/store_schema.h"
#include "uploader/origin.h"
#include "uploader/report_frame.h"

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

}  // namespace

Expected<UploadSummary> runUpload(const UploadRun& run, uploader::Transport& transport) {
  if (!std::filesystem::exists(run.paths.store()))
    return noConsent("nothing was recorded yet, and no consent given");
  const auto lock = FileLock::take(run.paths.uploadLock());
  if (!lock) return ended(UploadExit::kDone, "busy", "another dwell-upload is sending");

  auto consents = monitor::ConsentStore::open(run.paths.dataDir);
  if (!consents) return tl::unexpected<Error>(consents.error());
  const auto terms = consents->reportTerms(run.settings, run.clock());
  const auto& consent = terms.given;
  if (!consent) return noConsent("no consent is in force");
  const auto identity = consents->identity(run.machine, run.clock());
  const auto enrolment = consents->enrolment();
  if (!enrolment) return notEnrolled("this machine is not enrolled");
  if (consent->collector != enrolment->collector) {
    return noConsent("the consent in force does not name the collector of this machine's enrolment");
  }
  const auto origin = uploader::collectorOrigin(enrolment->collector);
  if (!origin) return tl::unexpected<Error>(origin.error());
  const auto token = consents->token(*origin);
  if (!token) return notEnrolled("the token of this machine's enrolment is not there");

  auto database = openDatabase(run.paths.store(), monitor::storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  const auto frame = uploader::readFrame(*database, identity->client, *consent, enrolment, terms.inForce);
  uploader::Uploader uploader(*database, transport, {*origin, *token});
  UploadSummary summary;
  uploader::StepResult last;
  do {
    if (run.stop != nullptr && run.stop->load()) {
      last = {uploader::Step::kStopped, "", "stopped; what is left waits", {}};
      break;
    }
    last = uploader.step(frame, {run.clock(), run.chance(), run.now});
    count(summary, last.step);
    if (!run.now && last.step == uploader::Step::kDelivered && summary.delivered >= kReportsARun) {
      last = uploader.pause(run.clock() + kPause);
    }
  } while (!uploader::endsRun(last.step));
  conclude(summary, last);
  return summary;
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
                                 {"next_attempt_ms", nullptr}};
  if (s.nextAttempt) json["next_attempt_ms"] = toMs(*s.nextAttempt);
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace dwell::app
