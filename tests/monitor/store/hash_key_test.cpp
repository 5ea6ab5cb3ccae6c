#include "monitor/store/hash_key.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <string>

#include "tests/support/temp_dir.h"

using namespace dwell;
using monitor::hashKeyFor;

namespace {

Settings hashing() {
  Settings settings;
  settings.urlDetail = UrlDetail::kKeyedHash;
  return settings;
}

}  // namespace

TEST_CASE("a key is made once, for its owner only, and only where hashes are asked for") {
  const tests::TempDir dir;
  const auto file = dir.path() / "hash.key";
  CHECK(hashKeyFor(Settings{}, file) == HashKey{});
  CHECK_FALSE(std::filesystem::exists(file));
  const auto key = hashKeyFor(hashing(), file);
  REQUIRE(key);
  CHECK(*key != HashKey{});
  struct stat status {};
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  Settings words;
  words.searchWords = SearchWords::kKeyedHash;
  CHECK(hashKeyFor(words, file) == *key);
}

TEST_CASE("an experiment's own key is used as it stands in the file") {
  const tests::TempDir dir;
  const auto file = dir.path() / "hash.key";
  std::ofstream(file) << std::string(62, '0') << "ff\n";
  HashKey expected{};
  expected.back() = 0xff;
  CHECK(hashKeyFor(hashing(), file) == expected);
}

TEST_CASE("a file that holds no key is an error that names it and not what it holds") {
  const tests::TempDir dir;
  const auto file = dir.path() / "hash.key";
  for (const std::string& text :
       {std::string(), std::string("letmein"), std::string(64, 'g'), std::string(65, '0')}) {
    std::ofstream(file) << text;
    const auto key = hashKeyFor(hashing(), file);
    REQUIRE_FALSE(key);
    CHECK(key.error().message() ==
          file.string() + ": holds no key for hashes (expected 64 of the digits 0-9 and a-f)");
  }
}
