#include "app/control/client.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/local_day.h"
#include "app/ctl/text_table.h"
#include "base/clock.h"
#include "monitor/record/terms.h"

/// The verbs that the running agent answers: each answer is its status.
namespace dwell::app {
namespace {

Expected<Json> askForStatus(const Context& context, const Json& request) {
  auto answer = ControlClient(context.paths.controlSocket()).ask(request);
  if (!answer) return tl::unexpected(answer.error());
  return std::move((*answer)["status"]);
}

/// Asks, and prints the status as JSON or `done` as text.
ExitCode ask(const Context& context, const Json& request, const std::string& done) {
  const auto answer = askForStatus(context, request);
  if (!answer) return context.fail(answer.error());
  if (context.json) return context.print(*answer);
  context.out << done << '\n';
  return ExitCode::kOk;
}

/// Why nothing may be recorded, and the next step.
std::string standingText(const Json& status) {
  using monitor::Standing;
  for (const auto standing : {Standing::kNoConsent, Standing::kOtherTerms, Standing::kEnded,
                              Standing::kStopped, Standing::kNobody, Standing::kNotUnderstood}) {
    if (status["standing"] != monitor::standingName(standing)) continue;
    const auto [what, next] = monitor::standingText(standing);
    return *next == 0 ? std::string(what) : std::string(what) + " (" + next + ")";
  }
  return "it is starting";
}

std::string stateText(const Json& status) {
  const std::string state = status["state"];
  if (state == "no_consent") return "not recording: " + standingText(status);
  if (state == "paused") {
    return status["resume_ms"].is_null() ? "paused (dwellctl resume records again)"
                                         : "paused until " + timeText(status["resume_ms"]);
  }
  return "recording since " + timeText(status["since_ms"]);
}

std::string sourceText(const Json& source) {
  const std::string state = source["state"];
  const std::string events = ", " + source["events"].dump() + " events";
  return source["why"].is_string() ? state + ": " + source["why"].get<std::string>()
                                   : state + (state == "off" ? "" : events);
}

}  // namespace

ExitCode status(const Context& context) {
  const auto answer = askForStatus(context, {{"command", "status"}});
  if (!answer) return context.fail(answer.error());
  if (context.json) return context.print(*answer);
  const Json& status = *answer;
  auto& out = context.out;
  out << "state     " << stateText(status) << '\n';
  if (status["wants_more"].get<bool>())
    out << "consent   more is asked for than was agreed to, and is not recorded (dwellctl consent show)\n";
  if (!status["end_ms"].is_null()) out << "until     " << timeText(status["end_ms"]) << '\n';
  if (status["input_source"] == "page")
    out << "input     from the browsers' pages; X11 is " << sourceText(status["sources"]["x11"]) << '\n';
  else
    out << "input     X11, " << sourceText(status["sources"]["x11"]) << '\n';
  out << "lock      logind, " << sourceText(status["sources"]["logind"]) << '\n';
  out << "browser   " << sourceText(status["sources"]["browser"]) << '\n';
  for (const auto& browser : status["browsers"]) {
    out << "          " << browser["product"].get<std::string>() << ' '
        << browser["version"].get<std::string>() << ", " << browser["events"] << " events\n";
  }
  out << "store     " << status["store"].get<std::string>() << '\n';
  out << "written   "
      << (status["last_flush_ms"].is_null() ? "nothing yet" : timeText(status["last_flush_ms"])) << '\n';
  if (status.contains("store_trouble") && status["store_trouble"].is_string())
    out << "          can't be written now (" << status["store_trouble"].get<std::string>()
        << "); what was measured is kept and tried again\n";
  out << "upload    "
      << (status["next_upload_ms"].is_null() ? "none planned" : timeText(status["next_upload_ms"])) << '\n';
  for (const auto& [cause, count] : status["losses"].items())
    out << "lost      " << count << " × " << cause << '\n';
  return ExitCode::kOk;
}

ExitCode pause(const Context& context, std::optional<std::int64_t> minutes,
               const std::optional<std::string>& until) {
  Json request = {{"command", "pause"}};
  if (minutes) request["minutes"] = *minutes;
  if (until) {
    const auto time = nextLocalTime(*until, readWallTime());
    if (!time) return context.fail(time.error(), ExitCode::kBadInput);
    request["until_ms"] = toMs(*time);
  }
  return ask(context, request,
             minutes ? "Paused for " + std::to_string(*minutes) + " min"
             : until ? "Paused until " + timeText(request["until_ms"])
                     : "Paused; dwellctl resume records again");
}

ExitCode resume(const Context& context) {
  const auto answer = askForStatus(context, {{"command", "resume"}});
  if (!answer) return context.fail(answer.error());
  if (context.json) return context.print(*answer);
  context.out << stateText(*answer) << '\n';
  return ExitCode::kOk;
}

ExitCode flush(const Context& context) { return ask(context, {{"command", "flush"}}, "Written"); }

ExitCode mark(const Context& context, const std::string& name, const std::string& value) {
  return ask(context, {{"command", "mark"}, {"name", name}, {"value", value}}, "Marked");
}

ExitCode participant(const Context& context, const std::optional<std::string>& label) {
  Json request = {{"command", "participant"}, {"label", nullptr}};
  if (label) request["label"] = *label;
  return ask(context, request, label ? "From now on: " + *label : "From now on: nobody in particular");
}

}  // namespace dwell::app
