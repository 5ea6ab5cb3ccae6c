#pragma once

#include <string>
#include <string_view>

#include "base/error.h"

namespace dwell::uploader {

/// A collector's origin in one form: "https://host[:port]", lower case, without a slash at the end. http is
/// taken for loopback only: 127.0.0.0/8, [::1], localhost.
/// Errors: no http(s), http to another machine, a path, a query, a user, no host, a port out of range.
Expected<std::string> collectorOrigin(std::string_view text);

}  // namespace dwell::uploader
