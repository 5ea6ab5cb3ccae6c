#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "base/time.h"

namespace dwell::uploader {

struct HttpRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body;  ///< must outlive the call
};

struct HttpAnswer {
  int status = 0;
  std::string body;  ///< its beginning, if the collector says very much
  std::optional<Millis> retryAfter;
};

/// Why no answer came.
struct NoAnswer {
  std::string reason;    ///< for the person who looks at it
  bool stopped = false;  ///< because the program is ending
  int code = 0;          ///< libcurl's (CURLcode)
};

/// Sends a request by POST and waits for the answer. Redirects are answers like any other.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual tl::expected<HttpAnswer, NoAnswer> post(const HttpRequest& request) = 0;
};

}  // namespace dwell::uploader
