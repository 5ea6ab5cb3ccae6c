#include "uploader/experiment.h"

#include <nlohmann/json.hpp>

#include "base/settings.h"
#include "uploader/delivery.h"

namespace dwell::uploader {
namespace {

using Json = nlohmann::ordered_json;

template <class Value>
const Value* valueAt(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found == object.end() ? nullptr : found->get_ptr<const Value*>();
}

}  // namespace

Expected<ExperimentAnswer> fetchExperiment(Transport& transport, const std::string& origin,
                                           const std::string& token) {
  const std::string url = origin + "/v1/experiment";
  const auto answer = transport.exchange({url, {{"Authorization", "Bearer " + token}}, {}, Method::kGet});
  if (!answer) return failure(answer.error().reason, url);
  if (answer->status != 200) return failure(inItsWords(*answer), url, "answer 200");
  const Json json = Json::parse(answer->body, nullptr, /*allow_exceptions=*/false);
  if (json.is_object()) {
    const auto* id = valueAt<std::string>(json, "id");
    const auto* name = valueAt<std::string>(json, "name");
    const auto* revision = valueAt<Json::number_unsigned_t>(json, "revision");
    const auto settings = json.find("settings");
    if (id != nullptr && name != nullptr && revision != nullptr && settings != json.end() &&
        settings->is_object()) {
      const std::string text = settings->dump();
      if (const auto understood = parseSettingsJson(text, "the experiment's settings"); !understood) {
        return tl::unexpected<Error>(understood.error());
      }
      return ExperimentAnswer{*id, *name, static_cast<std::int64_t>(*revision), text};
    }
  }
  return failure("describes no experiment", url, "a Dwell collector");
}

}  // namespace dwell::uploader
