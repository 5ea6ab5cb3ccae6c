#include "app/window/models/agent_status.h"

#include <catch2/catch.hpp>

using namespace dwell;
using namespace dwell::app;
using Json = nlohmann::ordered_json;

namespace {

Json recording() {
  return Json::parse(
      R"({"ok": true, "status": {"recording": true, "state": "recording", "since_ms": 1800000000000,
    "resume_ms": null, "version": "0.1.0", "pid": 7, "store": "s", "network": {"blocked": true, "reason": ""},
    "sources": {"x11": {"state": "working", "why": null, "events": 3}, "browser": {"state": "working", "why": null, "events": 2}},
    "browsers": [{"id": "b", "product": "chromium", "version": "140", "events": 2, "complaint": null}],
    "events": 5, "losses": {}, "last_flush_ms": null, "next_upload_ms": 1800000060000}})");
}

}  // namespace

TEST_CASE("An agent that does not answer is not running") {
  const auto status = agentStatus(failure("no agent is running here"));
  CHECK(status.state == AgentStatus::State::kNotRunning);
  CHECK(agentStatusText(status, {}).contains(QStringLiteral("dwell-agent")));
}

TEST_CASE("A recording agent tells since when, and when it uploads") {
  const auto status = agentStatus(recording());
  CHECK(status.state == AgentStatus::State::kRecording);
  CHECK(status.since == wallTime(1'800'000'000'000));
  CHECK(status.nextUpload == wallTime(1'800'000'060'000));
  CHECK(status.trouble.isEmpty());
  CHECK(agentStatusText(status, *status.since).startsWith(QStringLiteral("Recording since ")));
}

TEST_CASE("What keeps a recording agent from seeing everything is told") {
  Json answer = recording();
  answer["status"]["browsers"] = Json::array();
  CHECK(agentStatus(answer).trouble.contains(QStringLiteral("no browser")));
  answer["status"]["sources"]["logind"] = {{"state", "unavailable"}, {"why", "no bus"}, {"events", 0}};
  CHECK(agentStatus(answer).trouble.contains(QStringLiteral("no browser with")));
  answer["status"]["sources"]["browser"] = {{"state", "unavailable"}, {"why", "no folder"}, {"events", 0}};
  CHECK(agentStatus(answer).trouble == "no browser can connect: no folder");
  answer["status"]["sources"]["x11"] = {{"state", "unavailable"}, {"why", "no X display"}, {"events", 0}};
  answer["status"]["input_source"] = "page";
  CHECK(agentStatus(answer).trouble == "inputs come from the pages, not from the desktop: no X display");
}

TEST_CASE("A paused agent and one without consent record nothing, and the line says so") {
  Json answer = recording();
  answer["status"]["state"] = "paused";
  CHECK(agentStatus(answer).state == AgentStatus::State::kPaused);
  CHECK(agentStatusText(agentStatus(answer), {}) == "Paused: nothing is recorded");
  answer["status"]["resume_ms"] = 1'800'000'600'000;
  CHECK(agentStatusText(agentStatus(answer), {}).startsWith(QStringLiteral("Paused until ")));
  answer["status"]["state"] = "no_consent";
  CHECK(agentStatus(answer).state == AgentStatus::State::kNoConsent);
}

TEST_CASE("An answer without a status, or with odd fields, does no harm") {
  CHECK(agentStatus(Json{{"ok", true}}).state == AgentStatus::State::kNotRunning);
  Json answer = recording();
  answer["status"]["since_ms"] = "then";
  answer["status"]["sources"] = 5;
  answer["status"]["browsers"] = nullptr;
  CHECK_FALSE(agentStatus(answer).since);
}
