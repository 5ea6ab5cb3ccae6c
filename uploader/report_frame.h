#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>

#include "base/settings.h"
#include "monitor/store/consent_store.h"
#include "uploader/report_builder.h"

namespace dwell::uploader {

/// What stands in every report of this machine now. `enrolment`: none for a preview before it is enrolled.
ReportFrame readFrame(const SQLite::Database& store, const std::string& client,
                      const monitor::Consent& consent, const std::optional<monitor::Enrolment>& enrolment,
                      const Settings& settings);

}  // namespace dwell::uploader
