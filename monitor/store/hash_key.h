#pragma once

#include <filesystem>
#include <optional>

#include "base/digest.h"
#include "base/error.h"
#include "base/settings.h"

namespace dwell::monitor {

/// The key of the keyed hashes that `settings` ask for, out of `file`: 64 hexadecimal digits, 0600. Where
/// there is no file, a random key is made and kept there; an experiment whose machines are to have the same
/// hashes puts its own there before. It never leaves the machine. All zero where no hash is asked for.
/// Errors: a file that can't be read or made, or holds no key.
Expected<HashKey> hashKeyFor(const Settings& settings, const std::filesystem::path& file);

/// The key in `file`; none if there is no such file. Errors: a file that holds no key.
Expected<std::optional<HashKey>> readHashKey(const std::filesystem::path& file);

}  // namespace dwell::monitor
