#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dwell::app {

/// The two ways in which browsers find and admit a native-messaging host.
enum class BrowserFamily { kChromium, kFirefox };

/// A browser and where it keeps the current user's data.
struct BrowserFolder {
  std::string browser;  ///< as `dwellctl browser register --browser` names it
  std::filesystem::path userData;
  BrowserFamily family = BrowserFamily::kChromium;
};
std::vector<BrowserFolder> browserFolders();

/// A browser in a sandbox of its own packaging, out of which it can't start the bridge.
struct SandboxedBrowser {
  std::string browser;    ///< as BrowserFolder names it
  std::string packaging;  ///< "snap" or "flatpak"
  std::filesystem::path found;
};
/// Those installed for all (below `root`, "/" but for tests) and the current user's flatpaks.
std::vector<SandboxedBrowser> sandboxedBrowsers(const std::filesystem::path& root);

/// The manifest in which a browser with this user data folder looks for the bridge. Firefox looks in one
/// place for all profiles.
std::filesystem::path hostManifest(const std::filesystem::path& userData, BrowserFamily family);

/// The native-messaging name of the bridge; the extension connects to it.
inline constexpr const char* kHostName = "org.dwell.bridge";

/// The extension's id in Firefox (extension/manifests/firefox.json).
inline constexpr const char* kFirefoxExtensionId = "assistant@dwell.invalid";

}  // namespace dwell::app
