#pragma once

#include <filesystem>

#include "schemas/report.h"

namespace dwell::uploader {

/// Sets of `browser` (its brand is set) what the machine's policy files force: that it is managed, and
/// whether it sends metrics of its own and URLs with them. What they don't say stays unknown: policies that
/// come with an account can't be seen here, nor what a person chose. `root`: of the file system.
void addPolicies(schemas::BrowserInfo& browser, const std::filesystem::path& root = "/");

}  // namespace dwell::uploader
