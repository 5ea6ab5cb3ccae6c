#include "base/paths.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <map>

#include "tests/support/temp_dir.h"

namespace fs = std::filesystem;
using dwell::findPaths;
using dwell::makePrivateFolder;

namespace {

dwell::Environment with(std::map<std::string, std::string> variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
}

unsigned modeOf(const fs::path& file) {
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  return status.st_mode & 0777;
}

}  // namespace

TEST_CASE("the XDG variables say where things are") {
  const auto paths = findPaths({}, with({{"HOME", "/home/ann"},
                                         {"XDG_DATA_HOME", "/data"},
                                         {"XDG_RUNTIME_DIR", "/run/user/7"},
                                         {"XDG_CONFIG_HOME", "/etc/ann"}}));
  REQUIRE(paths);
  CHECK(paths->store() == "/data/dwell/store.sqlite");
  CHECK(paths->controlSocket() == "/run/user/7/dwell/control.sock");
  CHECK(paths->bridgeSocket() == "/run/user/7/dwell/bridge.sock");
  CHECK(paths->configFile == "/etc/ann/dwell/config.toml");
}

TEST_CASE("without them, or with relative ones, things are in the home folder and sockets beside the store") {
  for (const auto& environment : {with({{"HOME", "/home/ann"}}), with({{"HOME", "/home/ann"},
                                                                       {"XDG_DATA_HOME", "data"},
                                                                       {"XDG_RUNTIME_DIR", "run"},
                                                                       {"XDG_CONFIG_HOME", "etc"}})}) {
    const auto paths = findPaths({}, environment);
    REQUIRE(paths);
    CHECK(paths->dataDir == "/home/ann/.local/share/dwell");
    CHECK(paths->runtimeDir == "/home/ann/.local/share/dwell/run");
    CHECK(paths->configFile == "/home/ann/.config/dwell/config.toml");
  }
}

TEST_CASE("without HOME the user's entry in the system counts") {
  CHECK(findPaths({}, with({}))->dataDir.is_absolute());
}

TEST_CASE("what the command line names replaces the environment, made absolute") {
  const auto paths = findPaths({"data/../d", "/r", "c.toml"}, with({{"HOME", "/home/ann"}}));
  REQUIRE(paths);
  CHECK(paths->dataDir == fs::current_path() / "d");
  CHECK(paths->runtimeDir == "/r");
  CHECK(paths->configFile == fs::current_path() / "c.toml");
}

TEST_CASE("private folders are made with their parents and narrowed when they are too open") {
  const dwell::tests::TempDir dir;
  REQUIRE(makePrivateFolder(dir.path() / "a/b"));
  CHECK(modeOf(dir.path() / "a") == 0700);
  CHECK(modeOf(dir.path() / "a/b") == 0700);
  fs::permissions(dir.path() / "a/b", fs::perms::all);
  REQUIRE(makePrivateFolder(dir.path() / "a/b"));
  CHECK(modeOf(dir.path() / "a/b") == 0700);
}

TEST_CASE("a file in the way of a folder is an error that names it") {
  const dwell::tests::TempDir dir;
  std::ofstream(dir.path() / "f") << "x";
  CHECK(makePrivateFolder(dir.path() / "f").error().message() ==
        (dir.path() / "f").string() + ": is not a folder (expected a folder of the same user)");
}

TEST_CASE("a private file is replaced whole and is nobody else's to read") {
  const dwell::tests::TempDir dir;
  const auto file = dir.path() / "token";
  dwell::writePrivateFile(file, "first and longer");
  dwell::writePrivateFile(file, "second");
  std::ifstream in(file);
  CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == "second");
  CHECK(modeOf(file) == 0600);
  CHECK(std::distance(fs::directory_iterator(dir.path()), {}) == 1);
  CHECK_THROWS_AS(dwell::writePrivateFile(dir.path() / "absent/token", "x"), std::system_error);
}
