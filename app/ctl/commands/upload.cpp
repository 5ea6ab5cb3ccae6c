#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "app/control/client.h"
#include "app/ctl/commands/commands.h"
#include "app/ctl/upload_program.h"

namespace dwell::app {

std::vector<std::string> uploadCommand(const Context& context) {
  const auto program = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "dwell-upload";
  std::vector<std::string> command = {program.string(),
                                      "--data-dir",
                                      context.paths.dataDir.string(),
                                      "--config",
                                      context.paths.configFile.string(),
                                      "--now"};
  if (context.json) command.emplace_back("--json");
  return command;
}

ExitCode upload(const Context& context) {
  // What the agent holds goes into the store first. Where none runs, the store has everything already.
  (void)ControlClient(context.paths.controlSocket()).ask({{"command", "flush"}});

  auto command = uploadCommand(context);
  std::vector<char*> arguments;
  for (auto& word : command) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  // It is the one that may use the network; its outcome and exit status become dwellctl's.
  context.out.flush();
  execv(arguments[0], arguments.data());
  return context.fail({std::strerror(errno), command[0], "dwell-upload beside dwellctl"});
}

}  // namespace dwell::app
