#pragma once

#include <SQLiteCpp/Database.h>

#include <optional>
#include <string>
#include <vector>

#include "monitor/store/consent_store.h"
#include "uploader/report_builder.h"

namespace dwell::uploader {

/// What stands in every report of this machine now. `terms`: ConsentStore::reportTerms(), not empty.
/// `enrolment`: none for a preview before it is enrolled.
ReportFrame readFrame(const SQLite::Database& store, const std::string& client,
                      const std::vector<monitor::Terms>& terms,
                      const std::optional<monitor::Enrolment>& enrolment);

}  // namespace dwell::uploader
