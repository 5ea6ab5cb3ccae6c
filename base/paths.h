#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "base/error.h"

namespace dwell {

/// Reads an environment variable; none if unset or empty.
using Environment = std::function<std::optional<std::string>(const char* name)>;
std::optional<std::string> processEnvironment(const char* name);

/// What the command line named; each replaces what the environment says.
struct PathOptions {
  std::optional<std::filesystem::path> dataDir, runtimeDir, configFile;
};

/// Where Dwell keeps its things. Absolute; nothing is made by naming them.
struct Paths {
  std::filesystem::path dataDir;     ///< $XDG_DATA_HOME/dwell, else ~/.local/share/dwell
  std::filesystem::path runtimeDir;  ///< $XDG_RUNTIME_DIR/dwell, else run/ in the data folder; never /tmp
  std::filesystem::path configFile;  ///< $XDG_CONFIG_HOME/dwell/config.toml, else ~/.config/…

  std::filesystem::path store() const { return dataDir / "store.sqlite"; }
  std::filesystem::path token() const { return dataDir / "token"; }
  std::filesystem::path collectorRoots() const { return dataDir / "collector-ca.pem"; }
  std::filesystem::path erasureRequests() const { return dataDir / "erasure-requests"; }
  std::filesystem::path hashKey() const { return dataDir / "hash.key"; }
  /// Who writes measurements holds it: two writers of one store would number visits twice.
  std::filesystem::path agentLock() const { return dataDir / "agent.lock"; }
  /// Who writes the outbox holds it.
  std::filesystem::path uploadLock() const { return dataDir / "upload.lock"; }
  std::filesystem::path bridgeSocket() const { return runtimeDir / "bridge.sock"; }
  std::filesystem::path controlSocket() const { return runtimeDir / "control.sock"; }
};

/// Errors: neither the variables nor a home folder is known. A relative XDG variable counts as unset, as the
/// XDG specification says.
Expected<Paths> findPaths(const PathOptions& options = {},
                          const Environment& environment = processEnvironment);

/// Makes `folder` (0700, with its parents) or narrows an existing one of ours to 0700.
/// Errors: it is somebody else's, a file, or can't be made.
Expected<void> makePrivateFolder(const std::filesystem::path& folder);

/// Puts the names in the folder of `file` on the disk: a power cut does not take a new file back. A folder
/// that can't do that (some network file systems) is left as it is.
void syncFolderOf(const std::filesystem::path& file);

/// Writes `text` to `file` whole or not at all, 0600, on the disk when it returns. Throws std::system_error.
void writePrivateFile(const std::filesystem::path& file, const std::string& text);

}  // namespace dwell
