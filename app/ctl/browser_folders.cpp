#include "app/ctl/browser_folders.h"

#include "base/paths.h"

namespace dwell::app {

std::vector<BrowserFolder> browserFolders() {
  const auto config = processEnvironment("XDG_CONFIG_HOME");
  const std::filesystem::path folder =
      config ? std::filesystem::path(*config)
             : std::filesystem::path(processEnvironment("HOME").value_or("/")) / ".config";
  return {{"chromium", folder / "chromium"},
          {"chrome", folder / "google-chrome"},
          {"edge", folder / "microsoft-edge"},
          {"brave", folder / "BraveSoftware/Brave-Browser"},
          {"firefox", std::filesystem::path(processEnvironment("HOME").value_or("/")) / ".mozilla",
           BrowserFamily::kFirefox}};
}

std::filesystem::path hostManifest(const std::filesystem::path& userData, BrowserFamily family) {
  const char* folder = family == BrowserFamily::kFirefox ? "native-messaging-hosts" : "NativeMessagingHosts";
  return userData / folder / (std::string(kHostName) + ".json");
}

}  // namespace dwell::app
