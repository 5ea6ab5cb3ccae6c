#include "uploader/enrolment.h"

#include <nlohmann/json.hpp>

namespace dwell::uploader {
namespace {

using Json = nlohmann::ordered_json;

/// A header of the token could not hold these.
bool isToken(const std::string& text) {
  if (text.empty()) return false;
  for (const char c : text) {
    if (c <= ' ' || c > '~') return false;
  }
  return true;
}

const std::string* textAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const std::string*>();
}

}  // namespace

Expected<EnrolmentAnswer> enrol(Transport& transport, const std::string& origin, const std::string& code) {
  const std::string body = Json{{"code", code}}.dump(-1, ' ', false, Json::error_handler_t::replace);
  const auto answer =
      transport.exchange({origin + "/v1/enrol", {{"Content-Type", "application/json"}}, body});
  if (!answer)
    return failure(answer.error().reason, origin, "a collector that runs and can be reached from here");
  switch (answer->status) {
    case 200:
    case 201:
      break;
    case 400:
    case 401:
    case 403:
    case 404:
      return failure("the collector does not know this code", origin,
                     "the code that `dwell-collector experiment create` printed");
    case 429:
    case 503:
      return failure("the collector is busy", origin, "another try in a minute");
    default:
      return failure("the collector answered " + std::to_string(answer->status), origin, "200");
  }
  const Json json = Json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  const auto experiment = json.is_object() ? json.find("experiment") : json.end();
  if (json.is_object() && experiment != json.end() && experiment->is_object()) {
    const std::string* token = textAt(json, "token");
    const std::string* id = textAt(*experiment, "id");
    const std::string* name = textAt(*experiment, "name");
    const auto settings = experiment->find("settings");
    if (token != nullptr && isToken(*token) && id != nullptr && name != nullptr &&
        settings != experiment->end() && settings->is_object()) {
      return EnrolmentAnswer{*token, *id, *name, settings->dump()};
    }
  }
  return failure("the answer is no enrolment", origin, "the address of a Dwell collector");
}

}  // namespace dwell::uploader
