#include "base/digest.h"

#include <catch2/catch.hpp>
#include <regex>
#include <set>

TEST_CASE("the digest is that of FIPS 180-4's examples") {
  CHECK(dwell::sha256Hex("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(dwell::sha256Hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

// Oracle: hashlib.blake2b(b"abc", key=bytes(range(32)), digest_size=16) of CPython.
TEST_CASE("the keyed hash is BLAKE2b with 128 bits, and another key gives another") {
  dwell::HashKey key;
  for (std::size_t i = 0; i < key.size(); ++i) key[i] = static_cast<unsigned char>(i);
  CHECK(dwell::keyedHashHex("abc", key) == "1a64be47e4729d951c302ee543f97cf3");
  CHECK(dwell::keyedHashHex("", key) == "3daf97bce7888fd59773c66bf647459c");
  CHECK(dwell::keyedHashHex("abc", dwell::newHashKey()) != dwell::keyedHashHex("abc", dwell::newHashKey()));
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
