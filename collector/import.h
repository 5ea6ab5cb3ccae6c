#pragma once

#include <SQLiteCpp/Database.h>

#include <filesystem>
#include <functional>
#include <string>

#include "base/error.h"
#include "base/time.h"
#include "collector/limits.h"

namespace dwell::collector {

/// What became of one file of an import.
struct ImportedFile {
  enum class Outcome {
    kNew,     ///< kept
    kKnown,   ///< the same bytes were there: the receipt is the first one
    kRefused  ///< left where it is; `reason` says why
  };
  std::string file;
  Outcome outcome = Outcome::kRefused;
  std::string id;
  Error reason{};
};

/// Reports that came as files (`dwellctl outbox export`, for labs without a network): those of `folder` that
/// are called report-*.json.gz, in order of name. Each is checked and kept as one that came over HTTP, but
/// for the token: who may write `database` answers for where the files come from. For what is kept, now or
/// before, the receipt is written beside the file, as report-….receipt.json. Errors: the folder can't be
/// read. Throws when the database or the folder can't be written.
Expected<void> importReports(SQLite::Database& database, const std::filesystem::path& folder,
                             const Limits& limits, WallTime now,
                             const std::function<void(const ImportedFile&)>& each);

}  // namespace dwell::collector
