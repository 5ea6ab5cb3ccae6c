#pragma once

#include <string>

#include "base/error.h"
#include "uploader/transport.h"

namespace dwell::uploader {

/// What the collector gives for an enrolment code. It learns nothing of the machine but its address: the
/// client id is made after consent, and the first report binds it to the token.
struct EnrolmentAnswer {
  std::string token;
  std::string experiment;  ///< id
  std::string name;
  std::string settings;  ///< JSON object
};

/// POST {origin}/v1/enrol. `origin`: from collectorOrigin().
/// Errors: no answer, a code that is not known, an answer that is no enrolment; say what to do.
Expected<EnrolmentAnswer> enrol(Transport& transport, const std::string& origin, const std::string& code);

}  // namespace dwell::uploader
