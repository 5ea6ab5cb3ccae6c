#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

#include "base/error.h"
#include "base/paths.h"

namespace dwell::monitor {

/// Called now and then: so many pages of `all` are done.
using Progress = std::function<void(std::int64_t done, std::int64_t all)>;

/// Whether an existing file may be written over.
enum class Existing { kKeep, kReplace };

/// Copies the store to `file` (0600) as it stands at this moment, also while the agent writes it. The file
/// appears under its name when it is whole and was checked; consent and identity are in it, the upload token
/// is not.
/// Errors: no store, a file of that name, a store that is damaged. Throws SQLite::Exception,
/// std::system_error.
Expected<void> backUp(const std::filesystem::path& store, const std::filesystem::path& file,
                      Existing existing, const Progress& progress);

/// Puts a backup in the place of the store in `paths`; what is there is lost. The restored store counts as a
/// clone (ConsentStore::identity()): what it has to report may have been reported since, so the machine gets
/// a new client id and must be enrolled anew. The caller holds Paths::agentLock() and uploadLock().
/// Errors: no backup of Dwell's, one that is damaged or of a newer version; the store stays then.
Expected<void> restore(const Paths& paths, const std::filesystem::path& file, const Progress& progress);

}  // namespace dwell::monitor
