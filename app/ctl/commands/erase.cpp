#include <unistd.h>

#include <iostream>

#include "app/control/client.h"
#include "app/ctl/commands/keeping.h"
#include "app/ctl/local_day.h"
#include "app/ctl/opt_out.h"
#include "base/clock.h"
#include "base/file_lock.h"
#include "monitor/store/erasure.h"

namespace dwell::app {
namespace {

Expected<monitor::Erasure> wanted(const EraseOptions& options) {
  const bool some = options.site || options.from || options.to;
  if (options.all == some)
    return failure("says not what to erase", "erase", "--all, or --site HOST, --from DAY, --to DAY");
  if (options.everywhere && some)
    return failure("the collector erases all that a machine has sent, or nothing", "erase --everywhere",
                   "--all");
  const auto days = parseDays(options.from, options.to);
  if (!days) return tl::unexpected(days.error());
  return monitor::erasureOf(options.site, *days);
}

Json toJson(const monitor::Erased& erased) {
  return {{"visits", erased.visits},     {"urls", erased.urls},
          {"sessions", erased.sessions}, {"trajectories", erased.trajectories},
          {"searches", erased.searches}, {"marks", erased.marks},
          {"reports", erased.reports},   {"compacted", erased.compacted}};
}

std::string text(const Json& counts) {
  std::string line;
  for (const auto& [name, count] : counts.items()) {
    if (count.is_number() && name != "reports")
      line += (line.empty() ? "" : ", ") + count.dump() + " " + name;
  }
  return line;
}

/// Whoever runs writes measurements: the agent where there is one, else this process, as long as it holds the
/// agent's lock.
Expected<Json> carryOut(const Context& context, const monitor::Erasure& erasure,
                        const monitor::ErasureFrame& frame) {
  if (const auto lock = FileLock::take(context.paths.agentLock())) {
    const auto erased = monitor::erase(context.paths, erasure, frame);
    if (!erased) return tl::unexpected(erased.error());
    return toJson(*erased);
  }
  Json request = {{"command", "erase"}};
  if (erasure.host) request["host"] = *erasure.host;
  if (erasure.days.first) request["first_day"] = *erasure.days.first;
  if (erasure.days.last) request["last_day"] = *erasure.days.last;
  auto answer = ControlClient(context.paths.controlSocket()).ask(request);
  if (!answer) return tl::unexpected(answer.error());
  return (*answer)["erased"];
}

bool confirmed(const Context& context) {
  context.out << "Erase it for good? [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

/// `everywhere`: the collector is asked, too.
std::string notCovered(bool everywhere) {
  return std::string("Not covered: ") +
         (everywhere ? "" : "what a collector has got (erase --all --everywhere asks it), ") +
         "backups, exports, and traces made\n"
         "with dwellctl record: these are your files; delete them yourself.\n";
}

}  // namespace

ExitCode erase(const Context& context, const EraseOptions& options) {
  const auto erasure = wanted(options);
  if (!erasure) return context.fail(erasure.error(), ExitCode::kBadInput);
  const auto settings = context.settings();
  if (!settings) return context.fail(settings.error(), ExitCode::kBadInput);
  if (!std::filesystem::exists(context.paths.store()))
    return context.fail({"there is nothing to erase", context.paths.store().string(), ""});

  const WallTime now = readWallTime();
  const monitor::ErasureFrame frame{*settings, readUtcOffset(now), now};
  if (!options.yes) {
    if (isatty(STDIN_FILENO) == 0 || context.json)
      return context.fail({"nobody is there to ask", "erase", "--yes"}, ExitCode::kBadInput);
    (void)ControlClient(context.paths.controlSocket()).ask({{"command", "flush"}});
    const auto found = monitor::countErasable(context.paths, *erasure, frame.offset);
    if (!found) return context.fail(found.error());
    context.out << "This would go: " << text(toJson(*found))
                << ", and what reports that are kept here say of it\n"
                << (options.everywhere
                        ? "The experiment is left, and its collector asked to erase what it got\n"
                        : "")
                << notCovered(options.everywhere);
    if (!confirmed(context)) {
      context.out << "Left as it is\n";
      return ExitCode::kFailed;
    }
  }
  if (!context.json) context.err << "Erasing; this can take a minute\n";
  // The collector first: what waits for it is then erased here like the rest.
  std::optional<OptOut> there;
  if (options.everywhere) {
    const auto asked = eraseCollected(context);
    (void)ControlClient(context.paths.controlSocket()).ask({{"command", "reload"}});
    if (!asked) return context.fail(asked.error());
    there = *asked;
  }
  auto erased = carryOut(context, *erasure, frame);
  if (!erased) return context.fail(erased.error());
  if (there) addTo(*erased, *there);
  if (context.json) return context.print(*erased);
  if (there) context.out << toText(*there);
  context.out << "Erased: " << text(*erased) << ", changed reports: " << (*erased)["reports"] << '\n';
  if (!(*erased)["compacted"].get<bool>())
    context.out
        << "The file is still to be rewritten: another program reads the store, or its disk has no room\n"
           "for a second copy. That is done when the agent starts the next time\n";
  if (options.yes) context.out << notCovered(options.everywhere);
  return ExitCode::kOk;
}

}  // namespace dwell::app
