#include "monitor/record/consent.h"

#include <unistd.h>

#include <iostream>

#include "app/control/client.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/text_table.h"
#include "base/clock.h"
#include "base/machine.h"
#include "monitor/store/consent_store.h"

namespace dwell::app {
namespace {

Expected<monitor::ConsentStore> openStore(const Context& context) {
  if (auto made = makePrivateFolder(context.paths.dataDir); !made) return tl::unexpected(made.error());
  return monitor::ConsentStore::open(context.paths.dataDir);
}

/// What recording needs here: the settings' scope and detail, the enrolment's collector.
Expected<monitor::Consent> neededHere(const Context& context, const monitor::ConsentStore& store) {
  const auto settings = context.settings();
  if (!settings) return tl::unexpected(settings.error());
  const auto enrolment = store.enrolment();
  return monitor::consentNeeded(*settings, enrolment ? enrolment->collector : "");
}

/// A running agent acts at once; where none runs, the next one reads the store.
void tellAgent(const Context& context) {
  (void)ControlClient(context.paths.controlSocket()).ask({{"command", "reload"}});
}

bool confirmed(const Context& context, const std::string& question) {
  context.out << question << " [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

}  // namespace

ExitCode consentShow(const Context& context) {
  const auto store = openStore(context);
  if (!store) return context.fail(store.error());
  const auto needed = neededHere(context, *store);
  if (!needed) return context.fail(needed.error(), ExitCode::kBadInput);
  const auto given = store->current();
  const bool enough = given && monitor::covers(*given, *needed);
  if (context.json) {
    Json document = {{"accepted", given.has_value()}, {"covers_settings", enough},
                     {"accepted_ms", nullptr},        {"text_sha256", needed->textSha256},
                     {"level", needed->level},        {"scope", needed->scope},
                     {"detail", needed->detail},      {"parameters", needed->parameters},
                     {"words", needed->words},        {"collector", needed->collector}};
    if (given) document["accepted_ms"] = toMs(given->time);
    return context.print(document);
  }
  context.out << monitor::consentDocument(*needed) << '\n';
  if (enough) {
    context.out << "Accepted " << timeText(toMs(given->time))
                << "; dwellctl consent withdraw takes it back\n";
  } else if (given) {
    context.out << "Accepted " << timeText(toMs(given->time))
                << ", but the settings now collect more: nothing is recorded until dwellctl consent accept\n";
  } else {
    context.out << "Not accepted: nothing is recorded. dwellctl consent accept\n";
  }
  return ExitCode::kOk;
}

ExitCode consentAccept(const Context& context, bool yes) {
  auto store = openStore(context);
  if (!store) return context.fail(store.error());
  auto needed = neededHere(context, *store);
  if (!needed) return context.fail(needed.error(), ExitCode::kBadInput);
  if (!yes) {
    if (isatty(STDIN_FILENO) == 0) {
      return context.fail(
          {"nobody is there to ask", "consent accept", "--yes, if the machine's users have agreed"},
          ExitCode::kBadInput);
    }
    context.out << monitor::consentDocument(*needed) << '\n';
    if (!confirmed(context, "Do you agree?")) {
      context.out << "Not accepted; nothing is recorded\n";
      return ExitCode::kFailed;
    }
  }
  needed->time = readWallTime();
  store->accept(*needed, monitor::machineHash(readMachineId()));
  tellAgent(context);
  if (context.json) return context.print({{"accepted", true}, {"accepted_ms", toMs(needed->time)}});
  context.out << "Accepted; dwellctl consent withdraw takes it back\n";
  return ExitCode::kOk;
}

ExitCode consentWithdraw(const Context& context, bool yes) {
  auto store = openStore(context);
  if (!store) return context.fail(store.error());
  if (!store->current()) return context.fail({"there is no consent to withdraw", {}, {}});
  if (!yes && isatty(STDIN_FILENO) != 0 && !confirmed(context, "Stop recording and withdraw the consent?")) {
    context.out << "Left as it is\n";
    return ExitCode::kFailed;
  }
  store->withdraw(readWallTime());
  tellAgent(context);
  if (context.json) return context.print({{"accepted", false}});
  context.out << "Withdrawn: nothing is recorded any more. What was recorded is still here\n";
  return ExitCode::kOk;
}

}  // namespace dwell::app
