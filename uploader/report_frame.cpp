#include "uploader/report_frame.h"

#include "uploader/environment.h"

namespace dwell::uploader {
namespace {

schemas::Report::Consent consentInReport(const monitor::Consent& consent) {
  return {consent.textSha256, consent.level,      consent.time,
          consent.words,      consent.parameters, consent.participant};
}

}  // namespace

ReportFrame readFrame(const SQLite::Database& store, const std::string& client,
                      const std::vector<monitor::Terms>& terms,
                      const std::optional<monitor::Enrolment>& enrolment) {
  ReportFrame frame;
  frame.client = client;
  if (enrolment) frame.experiment = enrolment->experiment;
  frame.consent = consentInReport(*terms.at(0).given);
  frame.settings = terms[0].inForce;
  for (std::size_t i = 1; i < terms.size(); ++i)
    frame.others.push_back({consentInReport(*terms[i].given), terms[i].inForce});
  frame.environment = readEnvironment(store);
  return frame;
}

}  // namespace dwell::uploader
