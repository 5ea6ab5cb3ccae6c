#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"

/// What opens the way to a collector. Files of their own beside the store, 0600: one that others could read
/// or change is refused. The first line of each names the origin that it is for.
namespace dwell::monitor {

/// The CA of an experiment's own: in force for its origin only, and there instead of the system's.
struct OwnRoots {
  std::string origin;
  std::string pem;
};

/// The token for `origin`; none: there is no file, or it is for another. Errors: others may read it.
Expected<std::optional<std::string>> readToken(const std::filesystem::path& file, std::string_view origin);
/// Throws std::system_error when the disk is broken; so does keepRoots().
void writeToken(const std::filesystem::path& file, const std::string& origin, const std::string& token);

/// Certificates in PEM, as somebody names a file of them. Errors: can't be read, no certificate, far too
/// long, a private key among them.
Expected<std::string> readCertificates(const std::filesystem::path& file);
Expected<std::optional<OwnRoots>> readRoots(const std::filesystem::path& file);
void keepRoots(const std::filesystem::path& file, const OwnRoots& roots);

}  // namespace dwell::monitor
