#pragma once

#include <cstdint>
#include <string>

#include "base/error.h"
#include "uploader/transport.h"

namespace dwell::uploader {

/// An experiment as its collector describes it now.
struct ExperimentAnswer {
  std::string id, name;
  std::int64_t revision = 0;  ///< of the settings
  std::string settings;       ///< JSON object
};

/// GET {origin}/v1/experiment. Errors: no answer, or none that describes an experiment with settings that
/// this version understands.
Expected<ExperimentAnswer> fetchExperiment(Transport& transport, const std::string& origin,
                                           const std::string& token);

}  // namespace dwell::uploader
