#pragma once

#include <SQLiteCpp/Exception.h>

#include <filesystem>

#include "base/error.h"

namespace dwell::app {

/// What SQLite says of a store that can't be used, with its place and the next step; what was committed
/// stays.
Error storeFault(const std::filesystem::path& store, const SQLite::Exception& error);

}  // namespace dwell::app
