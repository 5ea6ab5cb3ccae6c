#include "monitor/store/credentials.h"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::monitor;

namespace {

const std::string kOrigin = "https://research.example";
const std::string kPem = "-----BEGIN CERTIFICATE-----\nMII=\n-----END CERTIFICATE-----\n";

struct Fixture {
  tests::TempDir dir;
  std::filesystem::path file = dir.path() / "file";

  mode_t mode() const {
    struct stat status {};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_mode & 0777;
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "a token is read for its own origin only, and its file is private") {
  CHECK_FALSE(readToken(file, kOrigin).value());
  writeToken(file, kOrigin, "secret");
  CHECK(mode() == 0600);
  CHECK(readToken(file, kOrigin).value() == "secret");
  CHECK_FALSE(readToken(file, "https://research.example:444").value());
  CHECK_FALSE(readToken(file, "http://research.example").value());
}

TEST_CASE_METHOD(Fixture, "a token that others may read is refused, with the next step") {
  writeToken(file, kOrigin, "secret");
  const mode_t open = GENERATE(0640, 0604, 0660, 0644);
  REQUIRE(::chmod(file.c_str(), open) == 0);
  const auto token = readToken(file, kOrigin);
  REQUIRE_FALSE(token);
  CHECK(token.error().message() ==
        file.string() +
            ": the token can be read by others (expected one that nobody else has seen: "
            "remove the file, then dwellctl enrol URL CODE)");
}

TEST_CASE_METHOD(Fixture,
                 "an experiment's CA is kept with its origin; one that others may change is refused") {
  CHECK_FALSE(readRoots(file).value());
  keepRoots(file, {kOrigin, kPem});
  CHECK(mode() == 0600);
  CHECK(readRoots(file).value()->origin == kOrigin);
  CHECK(readRoots(file).value()->pem == kPem);
  REQUIRE(::chmod(file.c_str(), 0666) == 0);
  CHECK_FALSE(readRoots(file));
}

TEST_CASE_METHOD(Fixture, "only a file of certificates is taken for a CA") {
  const auto refused = [&](const std::string& content) {
    std::ofstream(file) << content;
    const auto read = readCertificates(file);
    REQUIRE_FALSE(read);
    return read.error().what;
  };
  CHECK(readCertificates(file).error().what == "cannot be read");
  CHECK(readCertificates(dir.path()).error().what == "cannot be read");
  CHECK(refused("") == "holds no certificate");
  CHECK(refused("-----BEGIN PUBLIC KEY-----") == "holds no certificate");
  CHECK(refused(kPem + "-----BEGIN EC PRIVATE KEY-----\n") == "holds a private key");
  CHECK(refused(kPem + std::string(2 << 20, ' ')) == "is far too long");
  std::ofstream(file) << kPem << kPem;
  CHECK(readCertificates(file).value() == kPem + kPem);
}
