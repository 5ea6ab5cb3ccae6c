#pragma once

#include <SQLiteCpp/Database.h>

#include <string>
#include <string_view>

#include "schemas/report.h"

namespace dwell::uploader {

/// What a report says of the machine: system, locale and time zone as this process sees them, browsers and
/// input source as the agent noted them in the store, of browsers also what policies force.
schemas::Report::Environment readEnvironment(const SQLite::Database& store);

/// PRETTY_NAME of os-release(5); "Linux" without it.
std::string systemName(std::string_view osRelease);

}  // namespace dwell::uploader
