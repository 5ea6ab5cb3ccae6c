#pragma once

#include <atomic>
#include <memory>

#include "uploader/transport.h"

namespace dwell::uploader {

struct CurlLimits {
  Millis connect = std::chrono::seconds(15);
  Millis stall = std::chrono::seconds(30);  ///< so long without a byte either way; whole seconds
  Millis total = std::chrono::minutes(5);
};

/// HTTP by libcurl: certificates are always verified, redirects not followed, http goes to loopback only.
/// Threads: one at a time, but `stop` may be set from anywhere (also a signal handler): a post() that is
/// under way then ends within about a second.
class CurlTransport : public Transport {
 public:
  explicit CurlTransport(const std::atomic<bool>& stop, CurlLimits limits = {});
  ~CurlTransport() override;

  tl::expected<HttpAnswer, NoAnswer> post(const HttpRequest& request) override;

 private:
  struct Handle;
  std::unique_ptr<Handle> handle_;
  const std::atomic<bool>& stop_;
  CurlLimits limits_;
};

}  // namespace dwell::uploader
