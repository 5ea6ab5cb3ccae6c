#include "app/ctl/browser_folders.h"

#include <system_error>
#include <utility>

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

std::vector<SandboxedBrowser> sandboxedBrowsers(const std::filesystem::path& root) {
  static constexpr std::pair<const char*, const char*> kSnaps[] = {
      {"chromium", "chromium"}, {"brave", "brave"}, {"firefox", "firefox"}};
  static constexpr std::pair<const char*, const char*> kFlatpaks[] = {{"chromium", "org.chromium.Chromium"},
                                                                      {"chrome", "com.google.Chrome"},
                                                                      {"edge", "com.microsoft.Edge"},
                                                                      {"brave", "com.brave.Browser"},
                                                                      {"firefox", "org.mozilla.firefox"}};
  const auto home = processEnvironment("HOME");
  const auto data = processEnvironment("XDG_DATA_HOME");
  std::vector<std::filesystem::path> flatpaks = {root / "var/lib/flatpak/app"};
  if (data)
    flatpaks.push_back(std::filesystem::path(*data) / "flatpak/app");
  else if (home)
    flatpaks.push_back(std::filesystem::path(*home) / ".local/share/flatpak/app");

  std::vector<SandboxedBrowser> found;
  const auto look = [&](const char* browser, const char* packaging, const std::filesystem::path& place) {
    // A folder that can't be read holds nothing that can be told.
    std::error_code unreadable;
    if (std::filesystem::exists(place, unreadable)) found.push_back({browser, packaging, place});
  };
  for (const auto& [browser, name] : kSnaps) look(browser, "snap", root / "snap/bin" / name);
  for (const auto& folder : flatpaks)
    for (const auto& [browser, id] : kFlatpaks) look(browser, "flatpak", folder / id);
  return found;
}

std::filesystem::path hostManifest(const std::filesystem::path& userData, BrowserFamily family) {
  const char* folder = family == BrowserFamily::kFirefox ? "native-messaging-hosts" : "NativeMessagingHosts";
  return userData / folder / (std::string(kHostName) + ".json");
}

}  // namespace dwell::app
