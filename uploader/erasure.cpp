#include "uploader/erasure.h"

#include <nlohmann/json.hpp>

#include "uploader/delivery.h"
#include "uploader/upload_schedule.h"

namespace dwell::uploader {
namespace {

using Json = nlohmann::json;

/// Notes the collector's acknowledgement; false: the body is none for this client.
bool noteAcknowledgement(const std::string& body, monitor::ErasureRequest& request, WallTime now) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return false;
  const auto number = [&](const char* key) -> std::optional<std::int64_t> {
    const auto found = json.find(key);
    if (found == json.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
  };
  const auto client = json.find("client");
  const auto reports = number("reports"), quarantined = number("quarantined");
  if (client == json.end() || *client != request.client || !number("erased_ms") || !reports || !quarantined) {
    return false;
  }
  request.acknowledged = now;
  request.reports = *reports;
  request.quarantined = *quarantined;
  return true;
}

}  // namespace

ErasureStep askForErasure(Transport& transport, monitor::ErasureRequest& request,
                          const StepContext& context) {
  if (!context.askedFor && !retryIsDue(request.nextAttempt, context.now)) return ErasureStep::kWaiting;
  const auto answer = transport.exchange({request.collector + "/v1/clients/" + request.client,
                                          {{"Authorization", "Bearer " + request.token}},
                                          {},
                                          Method::kDelete});
  if (!answer && answer.error().stopped) return ErasureStep::kStopped;
  if (answer && answer->status == 200 && noteAcknowledgement(answer->body, request, context.now)) {
    request.detail = "acknowledged";
    request.nextAttempt.reset();
    return ErasureStep::kAcknowledged;
  }
  ++request.failures;
  request.detail = answer ? inItsWords(*answer) : answer.error().reason;
  request.nextAttempt =
      context.now + retryDelay(request.failures, answer ? answer->retryAfter : std::nullopt, context.random);
  return ErasureStep::kLater;
}

}  // namespace dwell::uploader
