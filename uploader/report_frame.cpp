#include "uploader/report_frame.h"

#include "uploader/environment.h"

namespace dwell::uploader {
ReportFrame readFrame(const SQLite::Database& store, const std::string& client,
                      const monitor::Consent& consent, const std::optional<monitor::Enrolment>& enrolment,
                      const Settings& settings) {
  ReportFrame frame;
  frame.client = client;
  if (enrolment) frame.experiment = enrolment->experiment;
  frame.consent = {consent.textSha256, consent.level,      consent.time,
                   consent.words,      consent.parameters, consent.participant};
  frame.environment = readEnvironment(store);
  frame.settings = settings;
  return frame;
}

}  // namespace dwell::uploader
