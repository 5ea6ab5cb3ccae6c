#include "collector/message.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "collector/limits.h"

namespace dwell::collector {
namespace {

using Json = nlohmann::ordered_json;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool sameName(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (sameName(key, name)) return value;
  }
  return {};
}

Response jsonResponse(int status, const Json& json) {
  return {status,
          {{"Content-Type", "application/json"}, {"Cache-Control", "no-store"}},
          json.dump(/*indent=*/-1, ' ', /*ensure_ascii=*/false, Json::error_handler_t::replace) + "\n"};
}

Response problem(int status, std::string_view error, std::string_view next) {
  return jsonResponse(status, Json{{"error", error}, {"next", next}});
}

Response fault(int status, const Error& error) {
  return jsonResponse(status,
                      Json{{"error", error.what}, {"pointer", error.where}, {"expected", error.expected}});
}

Response tryLater(std::string_view error) {
  const std::string seconds = std::to_string(kRetryAfter.count());
  Response response = problem(503, error, "try again in " + seconds + " seconds");
  response.headers.emplace_back("Retry-After", seconds);
  return response;
}

}  // namespace dwell::collector
