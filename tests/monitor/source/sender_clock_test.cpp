#include "monitor/source/sender_clock.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

namespace {

using dwell::Millis;
using dwell::monoTime;
using dwell::MonoTime;
using dwell::monitor::SenderClock;

/// Wall time less the clock of events.
constexpr Millis kWallAtZero{1'795'000'000'000};

/// A message sent at this moment by the sender's wall clock, which is `wrong` by so much, and so long under
/// way. Gives when the clock says that it was sent.
MonoTime sent(SenderClock& clock, std::int64_t at, std::int64_t way, Millis wrong = {}) {
  const Millis wall = monoTime(at).time_since_epoch() + kWallAtZero + wrong;
  clock.observe(wall, monoTime(at + way));
  return clock.toMono(wall);
}

TEST_CASE("a message that was long under way is told from its clock by one that was not") {
  SenderClock clock;
  CHECK(sent(clock, 1'000, 80) == monoTime(1'080));
  CHECK(sent(clock, 2'000, 1) == monoTime(2'001));
  CHECK(sent(clock, 3'000, 283) == monoTime(3'001));
}

TEST_CASE("what one sender tells stays in order, is never from the future, and no later than its message") {
  std::mt19937 random(11);
  SenderClock clock;
  std::int64_t at = 1'000, arrival = 0;
  MonoTime last{};
  for (int message = 0; message < 20'000; ++message) {
    at += std::uniform_int_distribution<int>(0, 400)(random);
    const int way = std::uniform_int_distribution<int>(0, 9)(random) == 0 ? 900 : 20;
    arrival = std::max(arrival, at + std::uniform_int_distribution<int>(1, way)(random));
    const MonoTime told = sent(clock, at, arrival - at);
    CHECK(told >= last);
    CHECK(told > monoTime(at));
    CHECK(told <= monoTime(arrival));
    last = told;
  }
}

TEST_CASE("a wall clock that is set forward, or back by much, is followed at once") {
  SenderClock clock;
  CHECK(sent(clock, 1'000, 2) == monoTime(1'002));
  const Millis ahead{3'600'000};
  CHECK(sent(clock, 2'000, 3, ahead) == monoTime(2'003));
  CHECK(sent(clock, 3'000, 5) == monoTime(3'005));
}

TEST_CASE("a wall clock that is set back by little is followed within two memories") {
  SenderClock clock;
  CHECK(sent(clock, 0, 2) == monoTime(2));
  const Millis behind{-500};
  const std::int64_t memory = SenderClock::kMemory.count();
  CHECK(sent(clock, 10'000, 2, behind) == monoTime(9'502));
  CHECK(sent(clock, memory + 1, 2, behind) == monoTime(memory + 1 - 498));
  CHECK(sent(clock, 2 * memory + 5, 2, behind) == monoTime(2 * memory + 7));
}

TEST_CASE("an agent that was stopped believes its first message and then the true ones") {
  SenderClock clock;
  CHECK(sent(clock, 1'000, 2) == monoTime(1'002));
  CHECK(sent(clock, 2'000, 9'000) == monoTime(11'000));
  CHECK(sent(clock, 11'500, 2) == monoTime(11'502));
}

}  // namespace
