#include "monitor/record/consent.h"

#include <unistd.h>

#include <iostream>

#include "app/control/client.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/opt_out.h"
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

/// What holds here now; with `participant`, for them.
Expected<monitor::Terms> termsHere(const Context& context, const monitor::ConsentStore& store,
                                   const std::optional<std::string>& participant) {
  const auto settings = context.settings();
  if (!settings) return tl::unexpected(settings.error());
  auto terms = store.terms(*settings, participant, readWallTime());
  if (terms.asked.consentPerParticipant && !participant)
    return failure("here each participant agrees for themselves", "consent", "--participant LABEL");
  if (!terms.asked.consentPerParticipant && participant)
    return failure("here the machine's users agree together", "consent",
                   "no --participant, or consent_per_participant = true in the configuration");
  if (terms.standing == monitor::Standing::kNotUnderstood)
    return failure(monitor::standingText(terms.standing).what, "consent",
                   monitor::standingText(terms.standing).next);
  return terms;
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

namespace {

/// The last line of what is shown: what is so, and the next step.
std::string standingLine(const monitor::Terms& terms) {
  const std::string accepted = terms.given ? "Accepted " + timeText(toMs(terms.given->time)) : "Not accepted";
  if (!terms.given) return accepted + ": nothing is recorded. dwellctl consent accept";
  if (terms.standing != monitor::Standing::kRecords) {
    const monitor::StandingText text = monitor::standingText(terms.standing);
    const std::string next = text.next;
    return accepted + ", but " + text.what + ": nothing is recorded" + (next.empty() ? "" : ". " + next);
  }
  if (terms.wantsMore)
    return accepted +
           ". More is asked for now (above); until dwellctl consent accept, only what was agreed to "
           "is recorded: " +
           terms.given->level + ", pages: " + terms.given->scope;
  return accepted + "; dwellctl consent withdraw takes it back";
}

}  // namespace

ExitCode consentShow(const Context& context, const std::optional<std::string>& participant) {
  const auto store = openStore(context);
  if (!store) return context.fail(store.error());
  const auto terms = termsHere(context, *store, participant);
  if (!terms) return context.fail(terms.error(), ExitCode::kBadInput);
  const monitor::Consent& needed = terms->needed;
  if (context.json) {
    Json document = {{"accepted", terms->given.has_value()},
                     {"covers_settings", terms->given.has_value() && !terms->wantsMore},
                     {"standing", monitor::standingName(terms->standing)},
                     {"accepted_ms", nullptr},
                     {"text_sha256", needed.textSha256},
                     {"level", needed.level},
                     {"scope", needed.scope},
                     {"detail", needed.detail},
                     {"parameters", needed.parameters},
                     {"words", needed.words},
                     {"collector", needed.collector},
                     {"end_ms", nullptr},
                     {"participant", nullptr}};
    if (terms->given) document["accepted_ms"] = toMs(terms->given->time);
    if (needed.end) document["end_ms"] = toMs(*needed.end);
    if (participant) document["participant"] = *participant;
    return context.print(document);
  }
  context.out << monitor::consentDocument(needed) << '\n' << standingLine(*terms) << '\n';
  return ExitCode::kOk;
}

ExitCode consentAccept(const Context& context, const std::optional<std::string>& participant, bool yes) {
  auto store = openStore(context);
  if (!store) return context.fail(store.error());
  const auto terms = termsHere(context, *store, participant);
  if (!terms) return context.fail(terms.error(), ExitCode::kBadInput);
  monitor::Consent needed = terms->needed;
  if (!yes) {
    if (isatty(STDIN_FILENO) == 0) {
      return context.fail(
          {"nobody is there to ask", "consent accept", "--yes, if the machine's users have agreed"},
          ExitCode::kBadInput);
    }
    context.out << monitor::consentDocument(needed) << '\n';
    if (!confirmed(context, "Do you agree?")) {
      context.out << "Not accepted; nothing is recorded\n";
      return ExitCode::kFailed;
    }
  }
  needed.time = readWallTime();
  store->accept(needed, monitor::machineHash(readMachineId()));
  tellAgent(context);
  if (context.json) return context.print({{"accepted", true}, {"accepted_ms", toMs(needed.time)}});
  context.out << "Accepted; dwellctl consent withdraw takes it back\n";
  return ExitCode::kOk;
}

ExitCode consentWithdraw(const Context& context, const WithdrawOptions& options) {
  auto store = openStore(context);
  if (!store) return context.fail(store.error());
  const bool given = store->current(options.participant).has_value();
  // Who has withdrawn already may still have erased what was collected.
  if (!given && !options.eraseCollected) {
    return context.fail({options.participant ? "there is no consent of this participant to withdraw"
                                             : "there is no consent to withdraw",
                         {},
                         {}});
  }
  if (!options.yes && isatty(STDIN_FILENO) != 0 &&
      !confirmed(context,
                 options.eraseCollected
                     ? "Stop recording, withdraw the consent, leave the experiment and erase what was sent?"
                     : "Stop recording and withdraw the consent?")) {
    context.out << "Left as it is\n";
    return ExitCode::kFailed;
  }
  if (given) store->withdraw(readWallTime(), options.participant);
  tellAgent(context);
  if (given && options.participant) {
    // With the seconds that the agent had not written yet: they are theirs, and others' reports go on.
    (void)ControlClient(context.paths.controlSocket()).ask({{"command", "flush"}});
    store->forgetUnreportedCounts();
  }
  Json document = {{"accepted", false}};
  std::string said =
      "Withdrawn: nothing is recorded any more. What was recorded is still here and can stay;\n"
      "dwellctl erase erases it\n";
  if (options.eraseCollected) {
    const auto outcome = eraseCollected(context);
    tellAgent(context);  // whatever came of it: the agent sees to the next attempt
    if (!outcome) return context.fail(outcome.error());
    addTo(document, *outcome);
    said += toText(*outcome);
  }
  if (context.json) return context.print(document);
  context.out << said;
  return ExitCode::kOk;
}

}  // namespace dwell::app
