#include <functional>
#include <string>
#include <vector>

#include "app/control/client.h"
#include "app/ctl/browser_folders.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/store_fault.h"
#include "base/clock.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/credentials.h"
#include "monitor/store/erasure_request.h"
#include "monitor/store/reader.h"

namespace dwell::app {
namespace {

enum class Verdict { kOk, kNote, kFault };

struct Finding {
  std::string subject;
  Verdict verdict = Verdict::kOk;
  std::string detail;
  std::string nextStep;  ///< empty: nothing to do
};

Finding fault(const std::string& subject, const Error& error, const std::string& nextStep = {}) {
  return {subject, Verdict::kFault, error.message(), nextStep};
}

Finding configuration(const Context& context) {
  const auto settings = context.settings();
  if (!settings)
    return fault("configuration", settings.error(),
                 "mend that line; the keys that there are: dwellctl config init --config ANOTHER_FILE");
  return {"configuration", Verdict::kOk, context.paths.configFile.string(), {}};
}

Finding store(const Context& context) {
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader && !std::filesystem::exists(context.paths.store())) {
    return {"store", Verdict::kNote, "none yet at " + context.paths.store().string(), "start dwell-agent"};
  }
  if (!reader) return fault("store", reader.error());
  return {"store", Verdict::kOk, context.paths.store().string(), {}};
}

Finding consent(const Context& context) {
  if (!std::filesystem::exists(context.paths.store())) {
    return {"consent", Verdict::kFault, "not given: nothing is recorded", "dwellctl consent accept"};
  }
  const auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return fault("consent", store.error());
  const auto settings = context.settings();
  if (!settings) return {"consent", Verdict::kNote, "can't be told from a configuration that is wrong", {}};
  // Who sits at the machine only the agent knows, which is asked below.
  const auto terms = store->terms(*settings, std::nullopt, readWallTime());
  const auto [what, next] = monitor::standingText(terms.standing);
  if (terms.standing == monitor::Standing::kNobody)
    return {"consent", Verdict::kNote, "each participant agrees for themselves", next};
  if (terms.standing != monitor::Standing::kRecords)
    return {"consent", Verdict::kFault, std::string(what) + ": nothing is recorded", next};
  if (terms.wantsMore)
    return {"consent", Verdict::kNote, "more is asked for than was agreed to, and is not recorded",
            "dwellctl consent accept"};
  return {"consent", Verdict::kOk, terms.given->level + ", addresses " + terms.given->detail, {}};
}

Finding source(const std::string& subject, const Json& source, const std::string& nextStep) {
  const std::string state = source["state"];
  if (state == "working") return {subject, Verdict::kOk, source["events"].dump() + " events", {}};
  if (state == "off") return {subject, Verdict::kNote, "off while nothing is recorded", {}};
  return {subject, Verdict::kFault, source["why"].is_string() ? source["why"].get<std::string>() : state,
          nextStep};
}

/// Where inputs come from: the page is a way to go on, not what was meant.
Finding inputs(const Json& status) {
  const std::string subject = "keyboard and mouse";
  const Json& x11 = status["sources"]["x11"];
  if (status["input_source"] != "page") return source(subject, x11, {});
  const std::string why = x11["why"].is_string() ? x11["why"].get<std::string>() : "the hook does not work";
  return {
      subject, Verdict::kNote, "from the browsers' pages, since " + why,
      "an X11 session; without one, what is typed into the address bar is not counted, and inputs of other "
      "programs are not seen"};
}

Finding lockAndSleep(const Json& logind) {
  Finding found = source("screen lock and suspend", logind, {});
  if (found.verdict == Verdict::kFault) found.verdict = Verdict::kNote;
  return found;
}

/// What only the running agent can tell.
std::vector<Finding> agent(const Context& context) {
  const auto answer = ControlClient(context.paths.controlSocket()).ask({{"command", "status"}});
  if (!answer) return {fault("agent", answer.error(), "start dwell-agent")};
  const Json& status = (*answer)["status"];
  std::vector<Finding> findings;
  findings.push_back(
      {"agent",
       Verdict::kOk,
       "running, " + status["state"].get<std::string>() +
           (status["standing"] == "records" ? "" : ": " + status["standing"].get<std::string>()),
       {}});
  const bool blocked = status["network"]["blocked"];
  findings.push_back({"agent's network", blocked ? Verdict::kOk : Verdict::kFault,
                      blocked ? "blocked: " + status["network"]["reason"].get<std::string>()
                              : "it could open an internet socket",
                      blocked ? "" : "report this: the agent must not have a network"});
  if (const auto trouble = status.find("store_trouble"); trouble != status.end() && trouble->is_string()) {
    findings.push_back({"writing", Verdict::kFault,
                        "the agent can't write the store (" + trouble->get<std::string>() +
                            "); what it measures is kept and tried again",
                        "make space on its disk, or make it writable: " + context.paths.dataDir.string()});
  }
  findings.push_back(inputs(status));
  findings.push_back(lockAndSleep(status["sources"]["logind"]));
  if (status["browsers"].empty()) {
    findings.push_back({"extension", status["recording"].get<bool>() ? Verdict::kFault : Verdict::kNote,
                        "no browser is connected",
                        "dwellctl browser register, load the extension, start the browser"});
  }
  for (const auto& browser : status["browsers"]) {
    findings.push_back(
        {"extension",
         Verdict::kOk,
         "connected: " + browser["product"].get<std::string>() + " " + browser["version"].get<std::string>(),
         {}});
  }
  const auto unread = status["losses"].value("tracker.serp_not_recognised", std::int64_t{0});
  if (unread > 0) {
    findings.push_back(
        {"result pages", Verdict::kFault,
         std::to_string(unread) + " were of a layout that is not recognised: no results of them",
         "a newer extension: the engine has changed its pages (schemas/serp_rules.json)"});
  }
  return findings;
}

/// Browsers of the usual places: whether they would find the bridge.
std::vector<Finding> browsers() {
  std::vector<Finding> findings;
  for (const auto& folder : browserFolders()) {
    if (!std::filesystem::exists(folder.userData)) continue;
    const bool registered = std::filesystem::exists(hostManifest(folder.userData, folder.family));
    findings.push_back({folder.browser, registered ? Verdict::kOk : Verdict::kNote,
                        registered ? "its manifest names the bridge" : "not registered",
                        registered ? "" : "dwellctl browser register --browser " + folder.browser});
  }
  for (const auto& sandboxed : sandboxedBrowsers("/")) {
    findings.push_back(
        {sandboxed.found.string(), Verdict::kNote,
         "a " + sandboxed.packaging + " browser can't start the bridge: nothing of it is measured",
         "a browser from a Debian package"});
  }
  return findings;
}

Finding uploads(const Context& context) {
  const std::string subject = "upload";
  if (!std::filesystem::exists(context.paths.store()))
    return {subject, Verdict::kNote, "not enrolled: nothing is sent", {}};
  const auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return fault(subject, store.error());
  const auto enrolment = store->enrolment();
  if (!enrolment)
    return {subject, Verdict::kNote, "not enrolled: nothing is sent",
            "dwellctl enrol URL CODE, to join an experiment"};
  const auto reader = monitor::Reader::open(context.paths.store());
  if (!reader) return fault(subject, reader.error());
  const auto state = reader->uploadState();
  if (!state.blocked.empty()) return {subject, Verdict::kFault, state.blocked, "dwellctl enrol URL CODE"};
  if (state.failures > 0) {
    return {subject, Verdict::kNote,
            std::to_string(state.failures) + " attempts in a row failed; reports are kept",
            "dwellctl outbox"};
  }
  if (const auto token = store->token(enrolment->collector); !token) return fault(subject, token.error());
  const auto roots = monitor::readRoots(context.paths.collectorRoots());
  if (!roots) return fault(subject, roots.error());
  const bool own = *roots && (*roots)->origin == enrolment->collector;
  return {subject,
          Verdict::kOk,
          "to " + enrolment->collector + " for " + enrolment->name +
              (own ? ", trusted by the CA named at enrolment" : ""),
          {}};
}

/// What is found in the store, which may be broken.
Finding ofStore(const std::string& subject, Finding (*find)(const Context&), const Context& context) {
  try {
    return find(context);
  } catch (const SQLite::Exception& error) {
    return fault(subject, storeFault(context.paths.store(), error));
  }
}

/// Those who opted out and wait for the collector.
std::vector<Finding> erasures(const Context& context) {
  const auto requests = monitor::readErasureRequests(context.paths.erasureRequests());
  if (!requests) return {fault("erasure", requests.error())};
  std::vector<Finding> findings;
  for (const auto& request : *requests) {
    if (request.acknowledged) continue;
    findings.push_back({"erasure", Verdict::kNote,
                        request.collector + " has not acknowledged it: " + request.detail,
                        "dwellctl upload"});
  }
  return findings;
}

/// "http://user:password@proxy:3128" without what opens the proxy.
std::string withoutUser(const std::string& proxy) {
  const auto at = proxy.rfind('@');
  if (at == std::string::npos) return proxy;
  const auto scheme = proxy.find("://");
  return (scheme == std::string::npos ? "" : proxy.substr(0, scheme + 3)) + proxy.substr(at + 1);
}

/// The variables that libcurl reads for https, in its order. http goes to loopback, always straight.
std::vector<Finding> proxy() {
  const auto first = [](std::initializer_list<const char*> names) -> std::optional<std::string> {
    for (const char* name : names) {
      if (const auto value = processEnvironment(name)) return name + ("=" + *value);
    }
    return std::nullopt;
  };
  const auto used = first({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
  if (!used) return {};
  const auto equals = used->find('=');
  std::string detail = used->substr(0, equals + 1) + withoutUser(used->substr(equals + 1));
  if (const auto except = first({"no_proxy", "NO_PROXY"})) detail += ", but not for " + *except;
  return {{"proxy",
           Verdict::kNote,
           detail + "; the agent's uploads have the environment it was started with",
           {}}};
}

}  // namespace

ExitCode doctor(const Context& context) {
  std::vector<Finding> findings = {configuration(context), ofStore("store", store, context),
                                   ofStore("consent", consent, context)};
  for (auto& finding : agent(context)) findings.push_back(std::move(finding));
  for (auto& finding : browsers()) findings.push_back(std::move(finding));
  findings.push_back(ofStore("upload", uploads, context));
  for (auto& finding : erasures(context)) findings.push_back(std::move(finding));
  for (auto& finding : proxy()) findings.push_back(std::move(finding));

  bool sound = true;
  Json document = Json::array();
  for (const auto& finding : findings) {
    static constexpr const char* kNames[] = {"ok", "note", "fault"};
    const char* verdict = kNames[static_cast<int>(finding.verdict)];
    sound = sound && finding.verdict != Verdict::kFault;
    document.push_back({{"subject", finding.subject},
                        {"verdict", verdict},
                        {"detail", finding.detail},
                        {"next_step", finding.nextStep}});
    if (context.json) continue;
    static constexpr const char* kMarks[] = {"✓", "·", "✗"};
    context.out << kMarks[static_cast<int>(finding.verdict)] << ' ' << finding.subject << ": "
                << finding.detail << '\n';
    if (!finding.nextStep.empty()) context.out << "    → " << finding.nextStep << '\n';
  }
  if (context.json) context.print(document);
  return sound ? ExitCode::kOk : ExitCode::kFailed;
}

}  // namespace dwell::app
