// What the agent says of itself (schemas/control.schema.json, definitions/status).
#include <unistd.h>

#include <utility>

#include "app/agent/agent.h"
#include "app/agent/confine.h"
#include "base/version.h"

namespace dwell::app {

Agent::Json Agent::status() {
  if (pipeline_ && bridges_) pipeline_->addLosses("browser.", bridges_->takeLosses());
  auto lost = pastLosses_;
  if (pipeline_)
    for (const auto& [cause, count] : pipeline_->losses()) lost[cause] += count;
  const auto network = checkNetwork();
  const auto source = [this](bool working, const std::string& trouble, std::int64_t events) {
    return Json{{"state", working     ? "working"
                          : pipeline_ ? "unavailable"
                                      : "off"},
                {"why", pipeline_ && !working ? Json(trouble) : Json(nullptr)},
                {"events", events}};
  };
  Json browsers = Json::array();
  std::int64_t browserEvents = 0;
  for (const auto* browser : bridges_ ? bridges_->browsers() : std::vector<const monitor::BrowserSource*>()) {
    browserEvents += browser->events();
    browsers.push_back(
        {{"id", browser->connected()->browser},
         {"product", browser->connected()->product},
         {"version", browser->connected()->version},
         {"events", browser->events()},
         {"complaint", browser->complaint().empty() ? Json(nullptr) : Json(browser->complaint())}});
  }
  const auto time = [](const std::optional<WallTime>& at) { return at ? Json(toMs(*at)) : Json(nullptr); };
  const auto due = state_ == AgentState::kNoConsent ? std::nullopt : uploads_.due();
  Json losses = Json::object();
  for (const auto& [cause, count] : lost) losses[cause] = count;
  return {{"recording", state_ == AgentState::kRecording},
          {"state", agentStateName(state_)},
          {"since_ms", toMs(since_)},
          {"standing", monitor::standingName(terms_.standing)},
          {"wants_more", terms_.wantsMore},
          {"end_ms", time(settings_.end)},
          {"resume_ms", time(pause_ ? pause_->until : std::nullopt)},
          {"version", kVersion},
          {"pid", getpid()},
          {"store", paths_.store().string()},
          {"network", {{"blocked", network.blocked}, {"reason", network.reason}}},
          {"input_source", pipeline_ ? Json(hook_ ? "x11" : "page") : Json(nullptr)},
          {"sources",
           {{"x11", source(x11_.working(), x11_.trouble(), x11_.events())},
            {"logind", source(logind_.working(), logind_.trouble(), logind_.events())},
            {"browser", source(pipeline_ && bridges_, bridgesTrouble_, browserEvents)}}},
          {"browsers", std::move(browsers)},
          {"events", pipeline_ ? pipeline_->events() : 0},
          {"losses", std::move(losses)},
          {"last_flush_ms", time(lastFlush_)},
          {"store_trouble", storeTrouble_.empty() ? Json(nullptr) : Json(storeTrouble_)},
          {"next_upload_ms", due ? Json(toMs(wallAtZero_ + due->time_since_epoch())) : Json(nullptr)}};
}

std::string Agent::statusLine(Json more) {
  Json answer = {{"ok", true}, {"status", status()}};
  answer.update(more);
  // What browsers say of themselves is checked UTF-8; a path may be anything.
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace dwell::app
