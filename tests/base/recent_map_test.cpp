#include "base/recent_map.h"

#include <catch2/catch.hpp>
#include <cstdint>
#include <map>

using namespace dwell;

TEST_CASE("what was put lately is there as it was last put; what was not for long is forgotten") {
  constexpr std::size_t kMost = 50;
  RecentMap<int, kMost> recent;
  std::map<std::uint64_t, std::pair<int, int>> all;  // hash: value, when it was put last
  std::uint64_t random = 1;
  for (int now = 0; now < 20'000; ++now) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const std::uint64_t hash = (random >> 50) % 300;
    recent.put(hash, now);
    all[hash] = {now, now};
    // Fewer than kMost others were put since, so it must be there.
    const std::uint64_t other = (random >> 30) % 300;
    const int* const found = recent.find(other);
    const auto known = all.find(other);
    if (known == all.end()) {
      REQUIRE(found == nullptr);
      continue;
    }
    if (found != nullptr) REQUIRE(*found == known->second.first);
    if (now - known->second.second < static_cast<int>(kMost)) REQUIRE(found != nullptr);
  }
  std::size_t held = 0;
  for (const auto& each : all) held += recent.find(each.first) != nullptr ? 1 : 0;
  CHECK(held <= 2 * kMost);
  CHECK(held >= kMost);
}

TEST_CASE("a map of recent values says when it may have forgotten others") {
  RecentMap<int, 3> recent;
  CHECK_FALSE(recent.put(1, 1));
  CHECK_FALSE(recent.put(2, 2));
  CHECK_FALSE(recent.put(2, 3));
  CHECK(recent.put(3, 3));
  CHECK(recent.find(1) != nullptr);
  CHECK_FALSE(recent.put(1, 1));
  CHECK_FALSE(recent.put(4, 4));
  CHECK(recent.put(5, 5));
  CHECK(recent.find(1) != nullptr);
  CHECK(recent.find(2) == nullptr);
}
