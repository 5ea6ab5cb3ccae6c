#pragma once

#include <filesystem>
#include <string>

/// What dwell-collector does, one function per verb; each gives the exit code.
/// 0 done · 1 the world is broken (disk) · 2 something must be put right by the person, stderr says what.
namespace dwell::collector {

enum class OutputForm { kText, kJson };

/// Prints "listening on HOST:PORT" once it does; runs until SIGTERM or SIGINT.
int serve(const std::string& listen, const std::filesystem::path& dataDir);

/// Prints the enrolment code. Works beside a running server. `settings`: a file with the sections and keys of
/// a machine's config.toml; empty: all defaults.
int experimentCreate(const std::string& name, const std::filesystem::path& settings,
                     const std::filesystem::path& dataDir, OutputForm form);

/// Gives it other settings and prints their revision.
int experimentUpdate(const std::string& name, const std::filesystem::path& settings,
                     const std::filesystem::path& dataDir, OutputForm form);

/// Prints what was received, in order of arrival.
int reports(const std::filesystem::path& dataDir, OutputForm form);

/// Takes the reports that `dwellctl outbox export` wrote into `folder` and writes their receipts beside them.
/// Works beside a running server.
int importFolder(const std::filesystem::path& folder, const std::filesystem::path& dataDir, OutputForm form);

}  // namespace dwell::collector
