#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "base/settings.h"
#include "monitor/store/credentials.h"
#include "uploader/transport.h"

namespace dwell::uploader {

struct CurlLimits {
  Millis connect = std::chrono::seconds(15);
  Millis stall = std::chrono::seconds(30);  ///< so long without a byte either way; whole seconds
  Millis total = std::chrono::minutes(5);

  static CurlLimits of(const Settings& settings) {
    return {settings.uploadConnectTimeout, settings.uploadStallTimeout, settings.uploadTotalTimeout};
  }
};

/// HTTP/1.1 by libcurl. https: TLS 1.2 at least, and the certificate is always verified, by `roots` where
/// they are for the request's origin, else by the system's. Redirects are not followed; http goes straight,
/// https through the proxy that the environment names (https_proxy, all_proxy, no_proxy, also in upper case).
/// Of an answer at most 256 KiB are read, and nothing of it is inflated. Threads: one at a time, but `stop`
/// may be set from anywhere (also a signal handler): an exchange() that is under way then ends within about a
/// second.
class CurlTransport : public Transport {
 public:
  explicit CurlTransport(const std::atomic<bool>& stop, CurlLimits limits = {},
                         std::vector<monitor::OwnRoots> roots = {});
  ~CurlTransport() override;

  tl::expected<HttpAnswer, NoAnswer> exchange(const HttpRequest& request) override;

 private:
  struct Handle;
  void secure(const std::string& url);

  std::unique_ptr<Handle> handle_;
  const std::atomic<bool>& stop_;
  CurlLimits limits_;
  std::vector<monitor::OwnRoots> roots_;
};

}  // namespace dwell::uploader
