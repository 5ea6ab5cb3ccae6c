#include "app/ctl/opt_out.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "app/ctl/upload_program.h"
#include "base/clock.h"
#include "base/machine.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/credentials.h"
#include "monitor/store/erasure_request.h"

namespace dwell::app {
namespace {

/// Runs dwell-upload to its end; what came of it is in the store.
Expected<void> runUpload(const Context& context) {
  auto command = uploadCommand(context);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t quiet;
  ::posix_spawn_file_actions_init(&quiet);
  ::posix_spawn_file_actions_addopen(&quiet, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  ::posix_spawn_file_actions_addopen(&quiet, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t pid = 0;
  const int error = ::posix_spawn(&pid, arguments[0], &quiet, nullptr, arguments.data(), environ);
  ::posix_spawn_file_actions_destroy(&quiet);
  if (error != 0) return failure(std::strerror(error), command[0], "dwell-upload beside dwellctl");
  ::waitpid(pid, nullptr, 0);
  return {};
}

}  // namespace

Expected<OptOut> eraseCollected(const Context& context) {
  auto store = monitor::ConsentStore::open(context.paths.dataDir);
  if (!store) return tl::unexpected<Error>(store.error());
  const auto enrolment = store->enrolment();
  if (!enrolment) {
    return failure("this machine is not enrolled: there is no collector to ask", {},
                   "the machine that is enrolled; what waits already: dwellctl doctor");
  }
  const auto token = store->token(enrolment->collector);
  if (!token) return tl::unexpected<Error>(token.error());
  if (!*token) {
    return failure("the token of this machine's enrolment is not there", context.paths.token().string(),
                   "another enrolment first: dwellctl enrol URL CODE");
  }
  const auto roots = monitor::readRoots(context.paths.collectorRoots());
  if (!roots) return tl::unexpected<Error>(roots.error());

  const std::string machine = monitor::machineHash(readMachineId());
  const WallTime now = readWallTime();
  OptOut outcome{enrolment->collector, false, {}};
  const auto identity = store->identity(machine, now);
  if (!identity) {  // without consent there was never anything to send
    store->leave(machine, now);
    outcome.acknowledged = true;
    return outcome;
  }
  monitor::ErasureRequest request;
  request.client = identity->client;
  request.collector = enrolment->collector;
  request.token = **token;
  if (*roots && (*roots)->origin == enrolment->collector) request.roots = **roots;
  request.asked = now;
  // The request first: without it nobody would remember the old client.
  monitor::keepErasureRequest(context.paths.erasureRequests(), request);
  store->leave(machine, now);

  if (const auto ran = runUpload(context); !ran) return tl::unexpected<Error>(ran.error());
  const auto requests = monitor::readErasureRequests(context.paths.erasureRequests());
  if (!requests) return tl::unexpected<Error>(requests.error());
  for (const auto& kept : *requests) {
    if (kept.client != request.client || kept.collector != request.collector) continue;
    outcome.acknowledged = kept.acknowledged.has_value();
    outcome.detail = kept.detail.empty() ? "another dwell-upload is at work" : kept.detail;
  }
  return outcome;
}

std::string toText(const OptOut& outcome) {
  if (outcome.acknowledged) return outcome.collector + " has erased what this machine had sent\n";
  return outcome.collector + " has not erased it yet: " + outcome.detail +
         "\nIt is asked until it has; dwellctl upload asks at once\n";
}

void addTo(Json& document, const OptOut& outcome) {
  document["collector"] = outcome.collector;
  document["erased_there"] = outcome.acknowledged;
  document["detail"] = outcome.detail;
}

}  // namespace dwell::app
