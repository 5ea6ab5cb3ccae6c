#include "uploader/upload_schedule.h"

#include <catch2/catch.hpp>
#include <random>

using namespace dwell;
using namespace std::chrono_literals;
using uploader::retryDelay;
using uploader::retryIsDue;
using uploader::UploadSchedule;

namespace {

constexpr MonoTime kStart = monoTime(5'000);

}  // namespace

TEST_CASE("the first run is 60 s after the start, the next 30 min after it") {
  UploadSchedule schedule({}, kStart);
  CHECK(schedule.due() == kStart + 60s);
  schedule.ran(kStart + 63s, std::nullopt);
  schedule.happened();
  CHECK(schedule.due() == kStart + 63s + 30min);
}

TEST_CASE("nothing is run while nothing happens; what happens late is sent at once") {
  UploadSchedule schedule({}, kStart);
  schedule.ran(kStart + 60s, std::nullopt);
  CHECK_FALSE(schedule.due());
  schedule.happened();
  CHECK(schedule.due() == kStart + 31min);
}

TEST_CASE("after a failure the retry is due, whether or not anything happens") {
  UploadSchedule schedule({}, kStart);
  schedule.ran(kStart + 60s, 5min);
  CHECK(schedule.due() == kStart + 60s + 5min);
  schedule.ran(kStart + 70s + 5min, std::nullopt);
  CHECK_FALSE(schedule.due());
}

TEST_CASE("a wall clock that was set neither stalls the retry nor makes a storm of it") {
  UploadSchedule schedule({}, kStart);
  schedule.ran(kStart + 60s, 365 * 24h);  // it was put back a year
  CHECK(schedule.due() == kStart + 60s + 30h);
  schedule.ran(kStart + 90s, -365 * 24h);  // it was put forward, and the run left no new time
  CHECK(schedule.due() == kStart + 90s + 30s);
}

TEST_CASE("with a collector that is down and a clock that jumps, attempts keep their distance") {
  const auto seed = GENERATE(range(1u, 201u));
  std::mt19937_64 random(seed);
  const auto chance = [&] { return std::uniform_real_distribution<double>(0, 1)(random); };
  UploadSchedule schedule({}, kStart);
  MonoTime now = kStart;
  Millis offset = Millis(1'800'000'000'000);  // wall clock minus monotonic time
  std::optional<WallTime> next;               // as the store keeps it
  std::int64_t failures = 0;
  const auto wall = [&] { return WallTime((now - kStart) + offset); };
  MonoTime lastAttempt = kStart;
  for (int run = 0; run < 60; ++run) {
    if (chance() < 0.3)
      offset += Millis(static_cast<std::int64_t>((chance() - 0.5) * 2 * 365 * 86'400'000.0));
    if (chance() < 0.1) schedule = UploadSchedule({}, now);  // the agent is started anew
    const auto due = schedule.due();
    REQUIRE(due);
    REQUIRE(*due >= now);
    now = *due;
    if (retryIsDue(next, wall())) {
      CHECK(now - lastAttempt >= 30s);
      CHECK(now - lastAttempt <= 2 * 31h);
      lastAttempt = now;
      next = wall() + retryDelay(++failures, std::nullopt, chance());
    }
    schedule.ran(now, next ? std::optional<Millis>(*next - wall()) : std::nullopt);
  }
}

TEST_CASE("the settings' rhythm is kept") {
  UploadSchedule schedule({2s, 1min}, kStart);
  CHECK(schedule.due() == kStart + 2s);
  schedule.happened();
  schedule.ran(kStart + 3s, std::nullopt);
  schedule.happened();
  CHECK(schedule.due() == kStart + 63s);
}

TEST_CASE("the wait doubles from 5 min to 24 h and stays there") {
  const std::vector<Millis> expected = {5min,   10min,  20min,   40min, 80min, 160min,
                                        320min, 640min, 1280min, 24h,   24h};
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CHECK(retryDelay(static_cast<std::int64_t>(i) + 1, std::nullopt, 0) == expected[i]);
  }
  CHECK(retryDelay(1'000'000'000'000, std::nullopt, 0) == 24h);
}

TEST_CASE("chance adds up to a quarter") {
  CHECK(retryDelay(1, std::nullopt, 0.5) == 5min + 37'500ms);
  CHECK(retryDelay(1, std::nullopt, 0.999) < 6min + 15s);
}

TEST_CASE("Retry-After is obeyed as it stands, up to a day") {
  CHECK(retryDelay(4, 7s, 0.9) == 7s);
  CHECK(retryDelay(1, 90h, 0.9) == 24h);
  CHECK(retryDelay(1, -5s, 0.9) == 0s);
}

TEST_CASE("a retry is due at its time, and at once when the clock was put back since") {
  const WallTime now = wallTime(1'800'000'000'000);
  CHECK(retryIsDue(std::nullopt, now));
  CHECK(retryIsDue(now, now));
  CHECK_FALSE(retryIsDue(now + 1ms, now));
  CHECK_FALSE(retryIsDue(now + 30h, now));
  CHECK(retryIsDue(now + 31h, now));
}
