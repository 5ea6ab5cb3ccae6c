#include <algorithm>

#include "app/ctl/browser_folders.h"
#include "app/ctl/commands/commands.h"

namespace dwell::app {
namespace {

std::string shellQuoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

/// What the manifest names as the host: the bridge itself, or, where the sockets are not in the usual place,
/// a script that tells it (a manifest can't hold arguments).
std::filesystem::path hostProgram(const Context& context, const std::filesystem::path& bridge) {
  const auto usual = findPaths();
  if (usual && usual->runtimeDir == context.paths.runtimeDir) return bridge;
  auto script = context.paths.dataDir / "bridge";
  writePrivateFile(script, "#!/bin/sh\nexec " + shellQuoted(bridge.string()) + " --runtime-dir " +
                               shellQuoted(context.paths.runtimeDir.string()) + " \"$@\"\n");
  std::filesystem::permissions(script, std::filesystem::perms::owner_all);
  return script;
}

}  // namespace

ExitCode browserRegister(const Context& context, const RegisterOptions& options) {
  const auto bridge = std::filesystem::read_symlink("/proc/self/exe").parent_path() / "dwell-bridge";
  if (!std::filesystem::exists(bridge)) {
    return context.fail(
        {"dwell-bridge is not beside dwellctl", bridge.string(), "both from one build or package"});
  }
  if (auto made = makePrivateFolder(context.paths.dataDir); !made) return context.fail(made.error());

  const auto known = browserFolders();
  const auto usual = std::find_if(known.begin(), known.end(),
                                  [&](const auto& folder) { return folder.browser == options.browser; });
  if (!options.userDataDir && usual == known.end()) {
    return context.fail(
        {"no browser of this name is known", options.browser, "chromium, chrome, edge, brave or firefox"},
        ExitCode::kBadInput);
  }
  const auto family = usual == known.end() ? BrowserFamily::kChromium : usual->family;
  const bool firefox = family == BrowserFamily::kFirefox;
  const auto manifest = hostManifest(
      options.userDataDir ? std::filesystem::absolute(*options.userDataDir) : usual->userData, family);
  Json content = {{"name", kHostName},
                  {"description", "Relays the Dwell extension's events to dwell-agent"},
                  {"path", hostProgram(context, bridge).string()},
                  {"type", "stdio"}};
  if (firefox)
    content["allowed_extensions"] = Json::array({kFirefoxExtensionId});
  else
    content["allowed_origins"] = Json::array({"chrome-extension://" DWELL_EXTENSION_ID "/"});
  std::filesystem::create_directories(manifest.parent_path());
  writePrivateFile(manifest, content.dump(2) + "\n");

  for (const auto& sandboxed : sandboxedBrowsers("/")) {
    if (options.userDataDir || sandboxed.browser != options.browser) continue;
    context.err << "dwellctl: not for " << sandboxed.found.string() << ": a " << sandboxed.packaging
                << " browser can't start the bridge\n";
  }
  if (context.json) return context.print({{"manifest", manifest.string()}, {"host", content}});
  context.out << "Wrote " << manifest.string() << "\nThe extension is "
              << (firefox ? kFirefoxExtensionId : DWELL_EXTENSION_ID)
              << "; a running browser finds the agent within half a minute\n";
  return ExitCode::kOk;
}

}  // namespace dwell::app
