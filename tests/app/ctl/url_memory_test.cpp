#include "app/ctl/url_memory.h"

#include <catch2/catch.hpp>

using namespace dwell;

namespace {

/// Some hundred hashes over and over, large ones too.
class Hashes {
 public:
  std::uint64_t next() {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 55) * 0x9E3779B97F4A7C15U;
  }
  std::int32_t number(std::int32_t end) const {
    return static_cast<std::int32_t>((state_ >> 33) % 1000) % end;
  }

 private:
  std::uint64_t state_ = 1;
};

}  // namespace

TEST_CASE("days noted on disk give the earliest of each URL, as those in memory") {
  app::FirstDaysOnDisk disk;
  monitor::FirstDaysInMemory memory;
  Hashes hashes;
  std::int32_t day = 20'000;
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t hash = hashes.next();
    day += hashes.number(3) - 1;
    REQUIRE(disk.note(hash, day) == memory.note(hash, day));
  }
  CHECK(disk.note(0xFFFFFFFFFFFFFFFFU, -5) == -5);
  CHECK(disk.note(0xFFFFFFFFFFFFFFFFU, 5) == -5);
}

TEST_CASE("page histories kept on disk are found again, as those in memory") {
  app::PageMemoryOnDisk disk;
  monitor::PageMemoryInMemory memory;
  Hashes hashes;
  for (int i = 0; i < 5'000; ++i) {
    const std::uint64_t url = hashes.next();
    const auto found = disk.find(url);
    const auto expected = memory.find(url);
    REQUIRE(found.has_value() == expected.has_value());
    if (found) {
      REQUIRE(found->days == expected->days);
      REQUIRE(found->lastDay == expected->lastDay);
      REQUIRE(found->lastStart == expected->lastStart);
    }
    monitor::PageHistory page;
    page.days = i;
    page.lastDay = hashes.number(30) - 3;
    page.lastStart = wallTime(1'795'255'200'000 + i);
    disk.keep(url, page);
    memory.keep(url, page);
  }
}
