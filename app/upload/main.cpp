// dwell-upload: seals what the agent recorded, sends it to the research server, writes the outcome and exits.
// It is the only part of Dwell on the test machine that has network code; it sees the store and nothing else.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <atomic>
#include <csignal>
#include <exception>
#include <iostream>
#include <random>
#include <vector>

#include "app/upload/run.h"
#include "base/clock.h"
#include "base/machine.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/credentials.h"
#include "monitor/store/erasure_request.h"
#include "uploader/curl_transport.h"

namespace {

using dwell::app::UploadExit;

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  all that waited was delivered (or refused for good and kept), or there was nothing to send\n"
    "  1  the store or the disk failed, or a newer Dwell wrote the store\n"
    "  2  the command line or the configuration is wrong\n"
    "  3  a report waits for its retry\n"
    "  4  a person has to act: consent, enrolment\n"
    "  5  ended by a signal; what is left waits";

std::atomic<bool> stopAsked = false;
static_assert(std::atomic<bool>::is_always_lock_free);

constexpr suseconds_t kStopUs = 1'700'000;

/// A transfer sees the flag within a second. Whatever else may hang, the alarm ends the process: SQLite and
/// the outbox survive that.
extern "C" void onStop(int) {
  stopAsked.store(true);
  const itimerval once{{0, 0}, {kStopUs / 1'000'000, kStopUs % 1'000'000}};
  ::setitimer(ITIMER_REAL, &once, nullptr);
}
extern "C" void onAlarm(int) { ::_exit(static_cast<int>(UploadExit::kStopped)); }

/// A core would hold the token and what was recorded.
void forbidCoreDumps() {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  ::prctl(PR_SET_DUMPABLE, 0);
}

int exitWith(UploadExit exit) { return static_cast<int>(exit); }

int complain(const dwell::Error& error, UploadExit exit) {
  std::cerr << "dwell-upload: " << error.message() << '\n';
  return exitWith(exit);
}

}  // namespace

int main(int argc, char** argv) {
  forbidCoreDumps();
  std::signal(SIGTERM, onStop);
  std::signal(SIGINT, onStop);
  std::signal(SIGALRM, onAlarm);
  std::signal(SIGPIPE, SIG_IGN);

  CLI::App app(
      "Seals what was recorded and sends it to the research server that this machine is enrolled with.",
      "dwell-upload");
  dwell::PathOptions options;
  bool now = false;
  bool json = false;
  app.add_option("--data-dir", options.dataDir, "Where the store is");
  app.add_option("--config", options.configFile, "config.toml");
  app.add_flag("--now", now, "Try at once, even if a retry is set for later");
  app.add_flag("--json", json, "Print the outcome as JSON");
  app.footer(kExitCodes);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : exitWith(UploadExit::kUsage);
  }

  try {
    const auto paths = dwell::findPaths(options);
    if (!paths) return complain(paths.error(), UploadExit::kUsage);
    const auto settings = dwell::readSettings(paths->configFile);
    if (!settings) return complain(settings.error(), UploadExit::kUsage);

    const auto roots = dwell::monitor::readRoots(paths->collectorRoots());
    if (!roots) return complain(roots.error(), UploadExit::kNeedsPerson);
    std::vector<dwell::monitor::OwnRoots> trusted;
    if (const auto requests = dwell::monitor::readErasureRequests(paths->erasureRequests())) {
      for (const auto& request : *requests) {
        if (request.roots) trusted.push_back(*request.roots);
      }
    }
    if (*roots) trusted.push_back(**roots);

    std::random_device seed;
    dwell::uploader::CurlTransport transport(stopAsked, dwell::uploader::CurlLimits::of(*settings), trusted);
    const dwell::app::UploadRun run{*paths,
                                    *settings,
                                    dwell::monitor::machineHash(dwell::readMachineId()),
                                    now,
                                    dwell::readWallTime,
                                    [&seed] { return std::uniform_real_distribution<double>(0, 1)(seed); },
                                    &stopAsked};
    const auto summary = dwell::app::runUpload(run, transport);
    if (!summary) return complain(summary.error(), UploadExit::kBroken);
    (json ? std::cout << summaryJson(*summary) : std::cout << "dwell-upload: " << summaryText(*summary))
        << '\n';
    return exitWith(summary->exit);
  } catch (const std::exception& error) {
    return complain({error.what(), "", ""}, UploadExit::kBroken);
  }
}
