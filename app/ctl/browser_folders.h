#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace dwell::app {

/// A browser and where it keeps the current user's data.
struct BrowserFolder {
  std::string browser;  ///< as `dwellctl browser register --browser` names it
  std::filesystem::path userData;
};
std::vector<BrowserFolder> browserFolders();

/// The manifest in which a browser with this user data folder looks for the bridge.
std::filesystem::path hostManifest(const std::filesystem::path& userData);

/// The native-messaging name of the bridge; the extension connects to it.
inline constexpr const char* kHostName = "org.dwell.bridge";

}  // namespace dwell::app
