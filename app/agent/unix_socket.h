#pragma once

#include <filesystem>

#include "base/error.h"

namespace dwell::app {

/// A listening, non-blocking stream socket at `path` (0600, in a folder made 0700), in the place of one that
/// nobody listens at any more.
/// Errors: somebody does listen there, the path is too long, the folder is another user's.
Expected<int> listenPrivately(const std::filesystem::path& path);

/// Whether the other end of a connected AF_UNIX socket belongs to this process's user.
bool sameUser(int connection);

/// A pidfd of the parent of the process at the other end of a connected AF_UNIX socket: it becomes readable
/// when that parent has ended. -1 where it can't be told. The caller owns it.
int parentOfPeer(int connection);

}  // namespace dwell::app
