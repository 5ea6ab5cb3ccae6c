#include <unistd.h>

#include <iostream>

#include "app/ctl/commands/keeping.h"
#include "base/file_lock.h"
#include "monitor/store/backup.h"

namespace dwell::app {
namespace {

/// A line that is written over, on a terminal only.
monitor::Progress progressOn(const Context& context) {
  if (isatty(STDERR_FILENO) == 0) return [](std::int64_t, std::int64_t) {};
  return [&err = context.err](std::int64_t done, std::int64_t all) {
    err << "\r" << (all == 0 ? 100 : done * 100 / all) << " %" << (done == all ? "\n" : "") << std::flush;
  };
}

bool confirmed(const Context& context) {
  context.out << "The store as it is now will be lost. Put the backup in its place? [y/N] " << std::flush;
  std::string answer;
  return std::getline(std::cin, answer) && (answer == "y" || answer == "Y" || answer == "yes");
}

ExitCode restoreFrom(const Context& context, const BackupOptions& options) {
  if (const auto made = makePrivateFolder(context.paths.dataDir); !made) return context.fail(made.error());
  const auto agent = FileLock::take(context.paths.agentLock());
  if (!agent) return context.fail({"the agent is running", context.paths.dataDir.string(), "end it first"});
  const auto upload = FileLock::take(context.paths.uploadLock());
  if (!upload)
    return context.fail({"an upload is under way", context.paths.dataDir.string(), "try again in a minute"});
  if (!options.yes && std::filesystem::exists(context.paths.store())) {
    if (isatty(STDIN_FILENO) == 0)
      return context.fail({"nobody is there to ask", "backup --restore", "--yes"}, ExitCode::kBadInput);
    if (!confirmed(context)) {
      context.out << "Left as it is\n";
      return ExitCode::kFailed;
    }
  }
  const auto restored = monitor::restore(context.paths, options.file, progressOn(context));
  if (!restored) return context.fail(restored.error());
  if (context.json) return context.print({{"restored", options.file.string()}});
  context.out << "Restored. If the machine was enrolled, enrol it anew: dwellctl enrol\n";
  return ExitCode::kOk;
}

}  // namespace

ExitCode backup(const Context& context, const BackupOptions& options) {
  if (options.restore) return restoreFrom(context, options);
  const auto existing = options.force ? monitor::Existing::kReplace : monitor::Existing::kKeep;
  const auto done = monitor::backUp(context.paths.store(), options.file, existing, progressOn(context));
  if (!done) return context.fail(done.error());
  const auto bytes = std::filesystem::file_size(options.file);
  if (context.json) return context.print({{"file", options.file.string()}, {"bytes", bytes}});
  context.out << "Backed up " << bytes << " bytes to " << options.file.string()
              << ". It holds what the store holds: keep it as safe, and delete it yourself\n";
  return ExitCode::kOk;
}

}  // namespace dwell::app
