#include "base/gzip.h"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "base/gzip_small.h"

using dwell::gzipPack;
using dwell::gzipPackSmall;
using dwell::gzipUnpack;

namespace {

std::string randomBytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random() & 0xff);
  return bytes;
}

}  // namespace

TEST_CASE("what was packed comes back, of any size") {
  for (const std::size_t size : {0u, 1u, 1'000u, 65'535u, 65'536u, 65'537u, 300'000u}) {
    const std::string bytes = randomBytes(size, 7);
    CHECK(gzipUnpack(gzipPack(bytes), size).value() == bytes);
    CHECK(gzipUnpack(gzipPackSmall(bytes), size).value() == bytes);
  }
}

TEST_CASE("the same bytes pack to the same bytes") {
  CHECK(gzipPack("visit visit visit") == gzipPack("visit visit visit"));
  CHECK(gzipPackSmall("visit visit visit") == gzipPackSmall("visit visit visit"));
}

TEST_CASE("small is smaller, for columns of numbers") {
  std::mt19937 random(3);
  std::string columns = "[";
  for (int i = 0; i < 20'000; ++i) columns += std::to_string(random() % 3 == 0 ? random() % 5'000 : 0) + ",";
  CHECK(gzipPackSmall(columns).size() < gzipPack(columns).size() * 97 / 100);
}

TEST_CASE("a bomb is stopped at the cap") {
  const std::string packed = gzipPack(std::string(50'000'000, 'x'));
  CHECK(packed.size() < 100'000);
  CHECK(gzipUnpack(packed, 1'000'000).error().message() == "gzip: inflates to more than 1000000 bytes");
  CHECK(gzipUnpack(packed, 49'999'999).error().what == "inflates to more than 49999999 bytes");
  CHECK(gzipUnpack(packed, 50'000'000).value().size() == 50'000'000);
}

TEST_CASE("data that is cut short, damaged, no gzip or followed by more is refused") {
  const std::string packed = gzipPack("some measured minutes");
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CHECK(!gzipUnpack(std::string_view(packed).substr(0, size), 1'000));
  }
  std::string damaged = packed;
  damaged[packed.size() - 6] = static_cast<char>(damaged[packed.size() - 6] ^ 1);
  CHECK(gzipUnpack(damaged, 1'000).error().what == "the data is not gzip or is damaged");
  CHECK(gzipUnpack("{\"id\":1}", 1'000).error().what == "the data is not gzip or is damaged");
  CHECK(gzipUnpack(packed + "x", 1'000).error().what == "bytes follow the end of the data");
}
