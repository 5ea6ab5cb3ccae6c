#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/control/client.h"
#include "app/ctl/commands/commands.h"

namespace dwell::app {

ExitCode upload(const Context& context) {
  // What the agent holds goes into the store first. Where none runs, the store has everything already.
  (void)ControlClient(context.paths.controlSocket()).ask({{"command", "flush"}});

  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "dwell-upload";
  const std::string name = program.string();
  const std::string dataDir = context.paths.dataDir.string();
  // It is the one that may use the network; its outcome and exit status become dwellctl's.
  context.out.flush();
  execl(name.c_str(), name.c_str(), "--data-dir", dataDir.c_str(), "--now", context.json ? "--json" : nullptr,
        nullptr);
  return context.fail({std::strerror(errno), name, "dwell-upload beside dwellctl"});
}

}  // namespace dwell::app
