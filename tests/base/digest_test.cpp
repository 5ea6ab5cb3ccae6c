#include "base/digest.h"

#include <catch2/catch.hpp>
#include <regex>
#include <set>

TEST_CASE("the digest is that of FIPS 180-4's examples") {
  CHECK(dwell::sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(dwell::sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a UUID is random, of version 4") {
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int i = 0; i < 1'000; ++i) {
    const std::string uuid = dwell::newUuid();
    CHECK(std::regex_match(uuid, form));
    seen.insert(uuid);
  }
  CHECK(seen.size() == 1'000);
}
