#include "monitor/store/erasure_request.h"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/paths.h"

namespace dwell::monitor {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// Of an origin and a client id: neither is a file name.
std::string fileName(const ErasureRequest& request) {
  return sha256Hex(request.collector + "\n" + request.client).substr(0, 32) + ".json";
}

Json optionalMs(const std::optional<WallTime>& time) { return time ? Json(toMs(*time)) : Json(); }

std::optional<WallTime> timeIn(const Json& json, const char* key) {
  if (json.at(key).is_null()) return std::nullopt;
  return wallTime(json.at(key).get<std::int64_t>());
}

Expected<ErasureRequest> readRequest(const fs::path& file) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return failure("cannot be read", file.string());
  if ((status.st_mode & 077) != 0) {
    return failure("the token in it can be read by others", file.string(), "mode 0600");
  }
  std::ifstream in(file);
  try {
    const Json json = Json::parse(in);
    ErasureRequest request;
    request.client = json.at("client");
    request.collector = json.at("collector");
    request.token = json.at("token");
    if (!json.at("roots").is_null()) request.roots = OwnRoots{request.collector, json.at("roots")};
    request.asked = wallTime(json.at("asked_ms").get<std::int64_t>());
    request.failures = json.at("failures");
    request.nextAttempt = timeIn(json, "next_attempt_ms");
    request.detail = json.at("detail");
    request.acknowledged = timeIn(json, "acknowledged_ms");
    request.reports = json.at("reports");
    request.quarantined = json.at("quarantined");
    return request;
  } catch (const Json::exception&) {
    return failure("is no request for an erasure", file.string(), "what dwellctl wrote");
  }
}

}  // namespace

void keepErasureRequest(const fs::path& folder, const ErasureRequest& request) {
  if (const auto made = makePrivateFolder(folder); !made) throw std::runtime_error(made.error().message());
  const bool waits = !request.acknowledged;
  const Json json = {{"client", request.client},
                     {"collector", request.collector},
                     {"token", waits ? request.token : ""},
                     {"roots", waits && request.roots ? Json(request.roots->pem) : Json()},
                     {"asked_ms", toMs(request.asked)},
                     {"failures", request.failures},
                     {"next_attempt_ms", optionalMs(request.nextAttempt)},
                     {"detail", request.detail},
                     {"acknowledged_ms", optionalMs(request.acknowledged)},
                     {"reports", request.reports},
                     {"quarantined", request.quarantined}};
  writePrivateFile(folder / fileName(request),
                   json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Expected<std::vector<ErasureRequest>> readErasureRequests(const fs::path& folder) {
  std::vector<ErasureRequest> requests;
  if (!fs::exists(folder)) return requests;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    auto request = readRequest(entry.path());
    if (!request) return tl::unexpected<Error>(request.error());
    requests.push_back(std::move(*request));
  }
  std::sort(requests.begin(), requests.end(), [](const auto& a, const auto& b) { return a.asked < b.asked; });
  return requests;
}

std::optional<WallTime> nextErasureAttempt(const std::vector<ErasureRequest>& requests, WallTime now) {
  std::optional<WallTime> next;
  for (const auto& request : requests) {
    if (request.acknowledged) continue;
    const WallTime at = request.nextAttempt.value_or(now);
    next = next ? std::min(*next, at) : at;
  }
  return next;
}

}  // namespace dwell::monitor
