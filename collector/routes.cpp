#include "collector/routes.h"

#include <nlohmann/json.hpp>

namespace dwell::collector {
namespace {

using Json = nlohmann::ordered_json;

Response withRevision(Response response, std::int64_t revision) {
  response.headers.emplace_back("Dwell-Experiment-Revision", std::to_string(revision));
  return response;
}

/// The same, for an answer that is still to come.
Admission withRevision(Admission admission, std::int64_t revision) {
  if (auto* response = std::get_if<Response>(&admission)) return withRevision(std::move(*response), revision);
  return Work([work = std::get<Work>(std::move(admission)), revision](std::string body, Answer answer) {
    work(std::move(body), [answer = std::move(answer), revision](Response response) {
      answer(withRevision(std::move(response), revision));
    });
  });
}

/// The last segment of an address.
std::string idIn(const std::string& path) { return path.substr(path.rfind('/') + 1); }

/// `pattern`: an address, or one that ends with any "{id}".
bool leadsTo(const std::string& path, std::string_view pattern) {
  constexpr std::string_view kId = "{id}";
  if (pattern.size() < kId.size() || pattern.substr(pattern.size() - kId.size()) != kId)
    return path == pattern;
  const std::string id = idIn(path);
  return !id.empty() &&
         path.substr(0, path.size() - id.size()) == pattern.substr(0, pattern.size() - kId.size());
}

Response erased(const ErasureReceipt& receipt) {
  return jsonResponse(200, Json{{"client", receipt.client},
                                {"erased_ms", toMs(receipt.erased)},
                                {"reports", receipt.reports},
                                {"quarantined", receipt.quarantined}});
}

Response unauthorised() {
  Response response =
      problem(401, "the token is missing or not known here", "enrol this machine: dwellctl enrol URL CODE");
  response.headers.emplace_back("WWW-Authenticate", "Bearer");
  return response;
}

std::string_view bearerToken(const Request& request) {
  constexpr std::string_view kScheme = "Bearer ";
  const std::string_view value = request.header("Authorization");
  return value.substr(0, kScheme.size()) == kScheme ? value.substr(kScheme.size()) : std::string_view{};
}

/// The code of `{"code": "…"}`.
Expected<std::string> codeOf(const std::string& body) {
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object()) return failure("the body is not a JSON object", "", R"({"code": "…"})");
  const auto code = json.find("code");
  if (code == json.end() || !code->is_string()) {
    return failure("no enrolment code", "/code", "the code that `dwell-collector experiment create` printed");
  }
  return code->get<std::string>();
}

Json described(const Experiment& experiment) {
  return {{"id", experiment.id},
          {"name", experiment.name},
          {"revision", experiment.revision},
          {"settings", Json::parse(experiment.settingsJson)}};
}

Response enrolled(const std::string& token, const Experiment& experiment) {
  return jsonResponse(201, Json{{"token", token}, {"experiment", described(experiment)}});
}

}  // namespace

const Routes::Entry Routes::kEntries[] = {
    {"/v1/enrol", "POST", &Routes::enrol},    {"/v1/experiment", "GET", &Routes::experiment},
    {"/v1/reports", "POST", &Routes::report}, {"/healthz", "GET", &Routes::health},
    {"/readyz", "GET", &Routes::readiness},   {"/v1/clients/{id}", "DELETE", &Routes::client},
};

Admission Routes::admit(const Request& request) {
  std::string allowed;
  for (const Entry& entry : kEntries) {
    if (!leadsTo(request.path, entry.path)) continue;
    if (request.method == entry.method) return (this->*entry.route)(request);
    allowed += (allowed.empty() ? "" : ", ") + std::string(entry.method);
  }
  if (allowed.empty()) {
    return problem(404, "there is nothing at this address",
                   "check the collector's URL: agents use its origin");
  }
  Response response = problem(405, "this address does not take this method", "use " + allowed);
  response.headers.emplace_back("Allow", allowed);
  return response;
}

Admission Routes::enrol(const Request& request) {
  if (request.contentLength > kEnrolBytes) {
    return problem(413, "an enrolment is larger than it can be", R"(send {"code": "…"} alone)");
  }
  return Work([this](const std::string& body, const Answer& answer) {
    const auto code = codeOf(body);
    if (!code) return answer(fault(400, code.error()));
    const auto experiment = enrolment_.experimentOfCode(*code);
    if (!experiment) {
      return answer(problem(403, "this enrolment code is not known here",
                            "check the code and the collector's URL with whoever runs the experiment"));
    }
    enrolment_.issueToken(
        *experiment, clock_(), [answer, experiment](const std::optional<std::string>& token) {
          answer(withRevision(token ? enrolled(*token, *experiment)
                                    : tryLater("the collector cannot store an enrolment at the moment"),
                              experiment->revision));
        });
  });
}

Admission Routes::experiment(const Request& request) {
  const auto sender = enrolment_.senderOfToken(bearerToken(request));
  const auto experiment = sender ? enrolment_.experimentOfId(sender->experiment) : std::nullopt;
  if (!experiment) return unauthorised();
  return withRevision(jsonResponse(200, described(*experiment)), experiment->revision);
}

Admission Routes::report(const Request& request) {
  const auto sender = enrolment_.senderOfToken(bearerToken(request));
  if (!sender) return unauthorised();
  return withRevision(ingest_.admit(request, *sender), sender->revision);
}

Admission Routes::client(const Request& request) {
  const auto sender = enrolment_.senderOfToken(bearerToken(request));
  if (!sender) return unauthorised();
  return withRevision(
      Work([this, sender, client = idIn(request.path)](const std::string&, const Answer& answer) {
        erasure_.erase(*sender, client, clock_(), [answer](const ErasureOutcome& outcome) {
          switch (outcome.erased) {
            case Erased::kDone:
              return answer(erased(outcome.receipt));
            case Erased::kNotOwn:
              return answer(problem(403, "this token is not the client's that is to be erased",
                                    "ask for it from the machine that sent the reports"));
            case Erased::kNotNow:
              return answer(tryLater("the collector cannot erase at the moment"));
          }
        });
      }),
      sender->revision);
}

Admission Routes::health(const Request&) { return jsonResponse(200, Json{{"status", "alive"}}); }

Admission Routes::readiness(const Request&) {
  if (!writer_.healthy()) return tryLater("the last write to disk failed");
  if (writer_.full()) return tryLater("too many reports wait to be stored");
  return jsonResponse(200, Json{{"status", "ready"}});
}

}  // namespace dwell::collector
