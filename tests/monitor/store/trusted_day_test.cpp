#include "monitor/store/trusted_day.h"

#include <catch2/catch.hpp>
#include <random>

using dwell::monitor::TrustedDay;

namespace {

constexpr std::int32_t kToday = 20'779;

TrustedDay used() {
  TrustedDay day;
  day.last = kToday;
  return day;
}

}  // namespace

TEST_CASE("the first day, the next ones and earlier ones are believed") {
  TrustedDay day;
  CHECK(day.believe(kToday));
  CHECK(day.believe(kToday));
  CHECK(day.believe(kToday + 1));
  CHECK(day.believe(kToday + 8));
  CHECK(day.believe(kToday - 365));
}

TEST_CASE(
    "a clock that is a year ahead for a moment, or for two days, is not believed, and leaves nothing "
    "behind") {
  TrustedDay day = used();
  CHECK_FALSE(day.believe(kToday + 365));
  CHECK_FALSE(day.believe(kToday + 365));
  CHECK_FALSE(day.believe(kToday + 367));
  CHECK(day.believe(kToday + 2));
  CHECK_FALSE(day.aheadSince);
  // Nor does it prove anything for the next time.
  CHECK_FALSE(day.believe(kToday + 369));
}

TEST_CASE("after a long rest the days that follow prove the first one") {
  TrustedDay day = used();
  CHECK_FALSE(day.believe(kToday + 40));
  CHECK_FALSE(day.believe(kToday + 41));
  CHECK_FALSE(day.believe(kToday + 42));
  CHECK(day.believe(kToday + 43));
  CHECK(day.believe(kToday + 44));
}

TEST_CASE("a year back and forth again is as a year ahead") {
  TrustedDay day = used();
  CHECK(day.believe(kToday - 365));
  CHECK_FALSE(day.believe(kToday));
  CHECK_FALSE(day.believe(kToday + 1));
  CHECK(day.believe(kToday + 3));
}

TEST_CASE("no day is believed that is not near a believed one or held up by one three days earlier") {
  std::mt19937 random(1);
  for (int run = 0; run < 200; ++run) {
    TrustedDay day = used();
    std::vector<std::int32_t> refused;
    std::int32_t clock = kToday;
    for (int i = 0; i < 60; ++i) {
      const auto last = *day.last;
      clock += random() % 8 == 0 ? static_cast<std::int32_t>(random() % 800) - 400
                                 : static_cast<std::int32_t>(random() % 3);
      const bool believed = day.believe(clock);
      const bool near = clock <= last + TrustedDay::kMostAtOnce;
      const bool proven = std::any_of(refused.begin(), refused.end(), [&](std::int32_t earlier) {
        return earlier <= clock - TrustedDay::kProof;
      });
      CHECK((!believed || near || proven));
      CHECK((believed || !near));
      CHECK(day.last == (believed ? clock : last));
      believed ? refused.clear() : refused.push_back(clock);
    }
  }
}
