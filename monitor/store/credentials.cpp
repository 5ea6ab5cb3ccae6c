#include "monitor/store/credentials.h"

#include <sys/stat.h>

#include <cerrno>
#include <fstream>
#include <iterator>
#include <utility>

#include "base/paths.h"

namespace dwell::monitor {
namespace {

namespace fs = std::filesystem;

/// The system's whole bundle has 220 KB.
constexpr std::uintmax_t kCertificatesBytes = 1 << 20;

struct Kept {
  std::string origin, content;
};

/// Errors: others may read it.
Expected<std::optional<Kept>> readKept(const fs::path& file, const char* what, const std::string& nextStep) {
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) return std::nullopt;
  if ((status.st_mode & 077) != 0) {
    return failure(std::string(what) + " can be read by others", file.string(), nextStep);
  }
  std::ifstream in(file, std::ios::binary);
  Kept kept;
  if (!std::getline(in, kept.origin)) return std::nullopt;
  kept.content.assign(std::istreambuf_iterator<char>(in), {});
  return kept;
}

}  // namespace

Expected<std::optional<std::string>> readToken(const fs::path& file, std::string_view origin) {
  const auto kept = readKept(file, "the token",
                             "one that nobody else has seen: remove the file, then dwellctl enrol URL CODE");
  if (!kept) return tl::unexpected<Error>(kept.error());
  if (!*kept || (*kept)->origin != origin) return std::nullopt;
  const std::string token = (*kept)->content.substr(0, (*kept)->content.find('\n'));
  return token.empty() ? std::nullopt : std::optional(token);
}

void writeToken(const fs::path& file, const std::string& origin, const std::string& token) {
  writePrivateFile(file, origin + "\n" + token + "\n");
}

Expected<std::string> readCertificates(const fs::path& file) {
  const std::string expected = "a file with the CA's certificate in PEM";
  std::error_code error;
  const auto bytes = fs::file_size(file, error);
  std::ifstream in(file, std::ios::binary);
  if (error || !in) return failure("cannot be read", file.string(), expected);
  if (bytes > kCertificatesBytes) return failure("is far too long", file.string(), expected);
  std::string pem((std::istreambuf_iterator<char>(in)), {});
  if (pem.find("PRIVATE KEY-----") != std::string::npos) {
    return failure("holds a private key", file.string(), expected + ", without the key");
  }
  if (pem.find("-----BEGIN CERTIFICATE-----") == std::string::npos) {
    return failure("holds no certificate", file.string(), expected);
  }
  return pem;
}

Expected<std::optional<OwnRoots>> readRoots(const fs::path& file) {
  const auto kept =
      readKept(file, "the CA of the experiment",
               "one that nobody else could change: remove the file, then dwellctl enrol URL CODE --ca FILE");
  if (!kept) return tl::unexpected<Error>(kept.error());
  if (!*kept) return std::nullopt;
  return OwnRoots{(*kept)->origin, (*kept)->content};
}

void keepRoots(const fs::path& file, const OwnRoots& roots) {
  writePrivateFile(file, roots.origin + "\n" + roots.pem);
}

}  // namespace dwell::monitor
