#include "base/paths.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

namespace dwell {
namespace fs = std::filesystem;
namespace {

std::optional<fs::path> absoluteFrom(const Environment& environment, const char* name) {
  const auto value = environment(name);
  if (!value || !fs::path(*value).is_absolute()) return std::nullopt;
  return fs::path(*value);
}

std::optional<fs::path> homeFolder(const Environment& environment) {
  if (auto home = absoluteFrom(environment, "HOME")) return home;
  const passwd* entry = ::getpwuid(::getuid());
  if (entry == nullptr || entry->pw_dir == nullptr || entry->pw_dir[0] != '/') return std::nullopt;
  return fs::path(entry->pw_dir);
}

tl::unexpected<Error> noHome(const char* variable) {
  return failure("no home folder is known", std::string("environment"), std::string("HOME or ") + variable);
}

[[noreturn]] void throwErrno(const std::string& doing, const fs::path& file) {
  throw std::system_error(errno, std::generic_category(), doing + " " + file.string());
}

}  // namespace

std::optional<std::string> processEnvironment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

Expected<Paths> findPaths(const PathOptions& options, const Environment& environment) {
  const auto home = homeFolder(environment);
  Paths paths;
  if (options.dataDir) {
    paths.dataDir = fs::absolute(*options.dataDir).lexically_normal();
  } else if (const auto data = absoluteFrom(environment, "XDG_DATA_HOME")) {
    paths.dataDir = *data / "dwell";
  } else if (home) {
    paths.dataDir = *home / ".local/share/dwell";
  } else {
    return noHome("XDG_DATA_HOME");
  }
  if (options.runtimeDir) {
    paths.runtimeDir = fs::absolute(*options.runtimeDir).lexically_normal();
  } else if (const auto runtime = absoluteFrom(environment, "XDG_RUNTIME_DIR")) {
    paths.runtimeDir = *runtime / "dwell";
  } else {
    paths.runtimeDir = paths.dataDir / "run";
  }
  if (options.configFile) {
    paths.configFile = fs::absolute(*options.configFile).lexically_normal();
  } else if (const auto config = absoluteFrom(environment, "XDG_CONFIG_HOME")) {
    paths.configFile = *config / "dwell/config.toml";
  } else if (home) {
    paths.configFile = *home / ".config/dwell/config.toml";
  } else {
    return noHome("XDG_CONFIG_HOME");
  }
  return paths;
}

Expected<void> makePrivateFolder(const fs::path& folder) {
  if (const fs::path parent = folder.parent_path(); !parent.empty() && !fs::exists(parent)) {
    if (auto made = makePrivateFolder(parent); !made) return made;
  }
  if (::mkdir(folder.c_str(), 0700) == 0) return {};
  if (errno != EEXIST)
    return failure(std::string("cannot be made: ") + std::strerror(errno), folder.string());
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    return failure("is not a folder", folder.string(), "a folder of the same user");
  }
  if (status.st_uid != ::geteuid()) return failure("belongs to another user", folder.string());
  if ((status.st_mode & 0777) != 0700 && ::chmod(folder.c_str(), 0700) != 0) {
    return failure(std::string("cannot be made private: ") + std::strerror(errno), folder.string());
  }
  return {};
}

void syncFolderOf(const fs::path& file) {
  const fs::path folder = file.has_parent_path() ? file.parent_path() : fs::path(".");
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

void writePrivateFile(const fs::path& file, const std::string& text) {
  std::string made = file.string() + ".XXXXXX";
  const int fd = ::mkostemp(made.data(), O_CLOEXEC);  // 0600
  if (fd < 0) throwErrno("cannot write", file);
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || ::rename(made.c_str(), file.c_str()) != 0) {
    const int error = errno;
    ::unlink(made.c_str());
    errno = error;
    throwErrno("cannot write", file);
  }
  syncFolderOf(file);
}

}  // namespace dwell
