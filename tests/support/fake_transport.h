#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "base/digest.h"
#include "uploader/transport.h"

namespace dwell::tests {

/// A collector without a network: keeps what it was sent and answers as `answer` says.
class FakeTransport : public uploader::Transport {
 public:
  using Answer = tl::expected<uploader::HttpAnswer, uploader::NoAnswer>;
  struct Request {
    std::string url, body;
    std::vector<std::pair<std::string, std::string>> headers;
    uploader::Method method = uploader::Method::kPost;

    std::string header(const std::string& name) const {
      for (const auto& [key, value] : headers) {
        if (key == name) return value;
      }
      return {};
    }
  };

  Answer exchange(const uploader::HttpRequest& request) override {
    requests.push_back({request.url, std::string(request.body), request.headers, request.method});
    return answer(requests.back());
  }

  std::vector<Request> requests;
  std::function<Answer(const Request&)> answer = accepted;

  /// 201 with the receipt that the collector gives.
  static Answer accepted(const Request& request) {
    const nlohmann::json receipt = {{"id", request.header("Dwell-Report-Id")},
                                    {"sha256", sha256Hex(request.body)},
                                    {"received_ms", 1'800'000'100'000}};
    return uploader::HttpAnswer{201, receipt.dump(), {}, {}};
  }
  static Answer status(int code, const std::string& body = {}, std::optional<Millis> retryAfter = {}) {
    return uploader::HttpAnswer{code, body, retryAfter, {}};
  }
  static Answer noAnswer(const std::string& reason, int code = 7) {
    return tl::unexpected<uploader::NoAnswer>({reason, false, code});
  }
};

}  // namespace dwell::tests
