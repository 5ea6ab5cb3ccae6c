#include "app/agent/run.h"

#include <CLI/CLI.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <optional>

#include "app/agent/agent.h"
#include "app/agent/confine.h"
#include "app/agent/footprint.h"
#include "app/agent/launcher.h"
#include "base/file_lock.h"
#include "base/log.h"
#include "base/paths.h"
#include "base/version.h"

namespace dwell::app {
namespace {

namespace fs = std::filesystem;

int complain(const Error& error, int code) {
  std::cerr << "dwell-agent: " << error.message() << '\n';
  return code;
}

struct Options {
  PathOptions paths;
  std::optional<int> exitCode;  ///< the command line is done with
};

Options readCommandLine(int argc, char** argv) {
  CLI::App app{
      "Measures how web pages are used on this machine, once there is consent.\n"
      "Serves dwell-bridge and dwellctl on sockets in the runtime folder, until it is ended.",
      "dwell-agent"};
  std::string config, data, runtime;
  app.add_option("--config", config, "Configuration ($XDG_CONFIG_HOME/dwell/config.toml)");
  app.add_option("--data-dir", data, "Folder of the store ($XDG_DATA_HOME/dwell)");
  app.add_option("--runtime-dir", runtime, "Folder of the sockets ($XDG_RUNTIME_DIR/dwell)");
  app.set_version_flag("--version", kVersion);
  Options options;
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    options.exitCode = app.exit(error) == 0 ? 0 : 2;
  }
  if (!config.empty()) options.paths.configFile = config;
  if (!data.empty()) options.paths.dataDir = data;
  if (!runtime.empty()) options.paths.runtimeDir = runtime;
  return options;
}

int serve(const Paths& paths, const Settings& settings, EventFilter filter, Launcher launcher) {
  confine();
  const auto lock = FileLock::take(paths.agentLock());
  if (!lock)
    return complain({"another agent is running with this data folder", paths.dataDir.string(),
                     "one agent per data folder: end it, or --data-dir"},
                    1);
  boost::asio::io_context io(1);
  Agent agent(io, Agent::Setup{paths, settings, std::move(filter)}, std::move(launcher));
  if (const auto started = agent.start(); !started) return complain(started.error(), 1);

  int code = 0;
  boost::asio::signal_set signals(io, SIGTERM, SIGINT);
  signals.async_wait([&](const boost::system::error_code& error, int) {
    if (error) return;
    if (!agent.stop()) code = 1;
    io.stop();
  });
  releaseStartPages();
  std::cout << "ready" << std::endl;
  io.run();
  return code;
}

}  // namespace

int runAgent(int argc, char** argv, EventFilter filter) {
  limitMemory();
  try {
    const auto options = readCommandLine(argc, argv);
    if (options.exitCode) return *options.exitCode;
    const auto paths = findPaths(options.paths);
    if (!paths) return complain(paths.error(), 2);
    const auto settings = readSettings(paths->configFile);
    if (!settings) return complain(settings.error(), 2);
    if (const auto made = makePrivateFolder(paths->dataDir); !made) return complain(made.error(), 1);
    std::signal(SIGPIPE, SIG_IGN);

    const fs::path here = fs::read_symlink("/proc/self/exe").parent_path();
    auto launcher =
        Launcher::start({here / "dwell-upload", "--data-dir", paths->dataDir, "--config", paths->configFile});
    startLog("dwell-agent", settings->logLevel);
    return serve(*paths, *settings, std::move(filter), std::move(launcher));
  } catch (const std::exception& error) {
    return complain({error.what(), "", ""}, 1);
  }
}

}  // namespace dwell::app
