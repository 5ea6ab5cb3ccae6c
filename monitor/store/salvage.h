#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"

namespace dwell::monitor {

/// What was saved of a damaged store.
struct Salvage {
  std::filesystem::path setAside;            ///< the damaged file, as it was; its WAL lies beside it
  std::map<std::string, std::int64_t> rows;  ///< saved, by table; none: an earlier process has saved them
  std::vector<std::string> incomplete;       ///< tables of which rows may be lost
  std::string text() const;                  ///< for people
};

/// Looks whether `file` is whole (quick_check) if its writer did not stop in order, or recorded for a week
/// since the last look. A damaged file is set aside as FILE.damaged-N, and what can be read of it is saved
/// into a new one: page after page around the damage, daily sums added up anew, "" for URLs that are lost,
/// and nothing reported twice: what can't be read as unreported counts as reported. What was saved is written
/// beside the file set aside, too (FILE.damaged-N.txt), and counted as the loss "store.salvaged".
/// It may be ended at any moment, also by a power cut: the new file is made beside the damaged one and takes
/// its place when it is whole; the next call goes on, or begins again. To be called by the writer before it
/// opens the store. None: nothing was damaged. Errors: as openDatabase(). Throws SQLite::Exception or
/// std::filesystem::filesystem_error where the disk does not let it save.
Expected<std::optional<Salvage>> salvageIfDamaged(const std::filesystem::path& file);

/// What of this an earlier call has left: puts what it had saved in its place, and removes what it had not
/// saved whole. None: nothing was put.
std::optional<Salvage> finishSalvage(const std::filesystem::path& file);

}  // namespace dwell::monitor
