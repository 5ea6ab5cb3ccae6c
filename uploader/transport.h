#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

#include "base/time.h"

namespace dwell::uploader {

enum class Method { kPost, kGet, kDelete };

struct HttpRequest {
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string_view body;  ///< must outlive the call; empty for kGet and kDelete
  Method method = Method::kPost;
};

struct HttpAnswer {
  int status = 0;
  std::string body;  ///< its beginning, if the collector says very much
  std::optional<Millis> retryAfter;
  std::optional<std::int64_t> revision;  ///< of the experiment's settings (Dwell-Experiment-Revision)
};

/// Why no answer came.
struct NoAnswer {
  std::string reason;    ///< for the person who looks at it, with the next step where there is one
  bool stopped = false;  ///< because the program is ending
  int code = 0;          ///< libcurl's (CURLcode)
};

/// Sends a request and waits for the answer. Redirects are answers like any other.
class Transport {
 public:
  virtual ~Transport() = default;
  virtual tl::expected<HttpAnswer, NoAnswer> exchange(const HttpRequest& request) = 0;
};

}  // namespace dwell::uploader
