#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/error.h"

/// HTTP as values: what the collector's rooms see of it. http.h moves them over sockets.
namespace dwell::collector {

using Header = std::pair<std::string, std::string>;

/// A request's first part, as it is known before the body is read.
struct Request {
  std::string method;
  std::string path;   ///< without query
  std::string query;  ///< behind the '?', as it came
  std::vector<Header> headers;
  std::uint64_t contentLength = 0;

  /// "" if absent. Names are compared without regard to case.
  std::string_view header(std::string_view name) const;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
};

using Answer = std::function<void(Response)>;

/// What to do once the body is there. May answer at once or later, from any thread, exactly once.
using Work = std::function<void(std::string body, Answer)>;

/// An answer to the header alone (the body is not read), or the work.
using Admission = std::variant<Response, Work>;

/// Who answers requests. Threads: any, several at once. Throws when the world is broken: the caller logs it
/// and answers 503.
class Handler {
 public:
  virtual ~Handler() = default;
  virtual Admission admit(const Request& request) = 0;
};

Response jsonResponse(int status, const nlohmann::ordered_json& json);

/// `{"error": …, "next": …}`: what is wrong and what the person should do now.
Response problem(int status, std::string_view error, std::string_view next);

/// `{"error": …, "pointer": …, "expected": …}`: a fault in what was sent.
Response fault(int status, const Error& error);

/// 503 that says when to come again.
Response tryLater(std::string_view error);

}  // namespace dwell::collector
