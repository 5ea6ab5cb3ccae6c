#pragma once

#include <nlohmann/json.hpp>
#include <ostream>

#include "base/error.h"
#include "base/paths.h"
#include "base/settings.h"

namespace dwell::app {

using Json = nlohmann::ordered_json;

/// Exit codes of dwellctl. Persisted in scripts: they don't change.
enum class ExitCode : int {
  kOk = 0,
  kFailed = 1,    ///< it could not be done: no agent, a network error, a failed check
  kBadInput = 2,  ///< a bad option, file, trace or configuration
};

/// What every command gets: where things are, how to print.
struct Context {
  Paths paths;
  bool json = false;
  bool configNamed = false;  ///< --config was given
  std::ostream& out;
  std::ostream& err;

  ExitCode fail(const Error& error, ExitCode code = ExitCode::kFailed) const {
    err << "dwellctl: " << error.message() << '\n';
    return code;
  }
  ExitCode print(const Json& document) const {
    out << document.dump(2) << '\n';
    return ExitCode::kOk;
  }
  Expected<Settings> settings() const { return readSettings(paths.configFile); }
};

}  // namespace dwell::app
