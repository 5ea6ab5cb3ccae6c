#include "collector/inflate.h"

#include <catch2/catch.hpp>
#include <random>

#include "base/gzip.h"

using namespace dwell;
using collector::inflate;

TEST_CASE("what was packed comes back") {
  for (const std::size_t size : {0U, 1U, 1'000U, 300'000U}) {
    const std::string text(size, 'x');
    CHECK(inflate(gzipPack(text), 300'000).value() == text);
  }
}

TEST_CASE("more than the cap is refused, however it is claimed") {
  std::string bomb = gzipPack(std::string(50'000'000, '\0'));
  CHECK(inflate(bomb, 1'000'000).error().what == "the body inflates to more than is accepted");
  bomb[bomb.size() - 4] = 10;  // claims to be short
  bomb[bomb.size() - 3] = bomb[bomb.size() - 2] = bomb[bomb.size() - 1] = 0;
  CHECK(inflate(bomb, 1'000'000).error().what == "the body inflates to more than it claims");
}

TEST_CASE("a small body that claims to be large reserves no memory") {
  std::string liar = gzipPack("small");
  liar[liar.size() - 2] = '\x7f';  // 8 MB
  CHECK(inflate(liar, 16'000'000).error().what == "the body is damaged gzip");
}

TEST_CASE("damaged, cut and prolonged bodies are refused") {
  const std::string packed = gzipPack("a report, or something like it, that is long enough to be cut");
  CHECK_FALSE(inflate("", 1'000).has_value());
  CHECK_FALSE(inflate("plain text that is long enough", 1'000'000'000).has_value());
  CHECK_FALSE(inflate(packed + "more", 1'000'000'000).has_value());
  const std::string length4 = packed.substr(packed.size() - 4);
  CHECK(inflate(packed + length4, 1'000).error().what == "bytes follow the end of the gzip body");
  for (std::size_t length = 0; length < packed.size(); ++length) {
    CHECK_FALSE(inflate(packed.substr(0, length), 1'000).has_value());
  }
  CHECK_FALSE(inflate(packed + packed, 1'000).has_value());
}

TEST_CASE("random damage never gets through as other content") {
  const std::string text = "a report, or something like it";
  const std::string packed = gzipPack(text);
  std::mt19937 random(7);
  for (int i = 0; i < 5'000; ++i) {
    std::string damaged = packed;
    damaged[random() % damaged.size()] ^= static_cast<char>(1U << (random() % 8));
    const auto inflated = inflate(damaged, 1'000);
    if (inflated) REQUIRE(*inflated == text);  // a bit of the header that means nothing
  }
}
