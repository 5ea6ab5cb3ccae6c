#include "app/agent/coverage.h"

#include <catch2/catch.hpp>

#include "app/agent/clock_watch.h"

namespace {

using dwell::Millis;
using dwell::monoTime;
using dwell::UtcOffset;
using dwell::wallTime;
using dwell::app::AgentState;
using dwell::app::ClockWatch;
using dwell::app::Coverage;

constexpr std::int64_t kDay = 86'400'000;

TEST_CASE("coverage counts the seconds spent in each state") {
  Coverage coverage;
  coverage.note(Millis(1000), wallTime(1000), UtcOffset(0), AgentState::kNoConsent, false);
  coverage.note(Millis(4000), wallTime(4000), UtcOffset(0), AgentState::kRecording, false);
  coverage.note(Millis(9000), wallTime(9000), UtcOffset(0), AgentState::kRecording, true);
  coverage.note(Millis(11'500), wallTime(11'500), UtcOffset(0), AgentState::kPaused, true);
  coverage.note(Millis(12'000), wallTime(12'000), UtcOffset(0), AgentState::kPaused, true);
  auto days = coverage.take();
  REQUIRE(days.size() == 1);
  CHECK(days[0].runningS == 11);
  CHECK(days[0].withoutConsentS == 3);
  CHECK(days[0].recordingS == 7);
  CHECK(days[0].pausedS == 0);
  CHECK(days[0].browserConnectedS == 3);

  // The half seconds were kept.
  coverage.note(Millis(12'500), wallTime(12'500), UtcOffset(0), AgentState::kPaused, true);
  days = coverage.take();
  REQUIRE(days.size() == 1);
  CHECK(days[0].pausedS == 1);
  CHECK(coverage.take().empty());
}

TEST_CASE("coverage belongs to the local day in which it was spent") {
  Coverage coverage;
  const UtcOffset tenHours(600);
  // Local midnight is at 14:00 UTC.
  const std::int64_t midnight = 20'000 * kDay + 14 * 3'600'000;
  coverage.note(Millis(0), wallTime(midnight - 10'000), tenHours, AgentState::kRecording, false);
  coverage.note(Millis(15'000), wallTime(midnight + 5'000), tenHours, AgentState::kRecording, false);
  const auto days = coverage.take();
  REQUIRE(days.size() == 2);
  CHECK(days[0].day == 20'000);
  CHECK(days[0].recordingS == 10);
  CHECK(days[1].day == 20'001);
  CHECK(days[1].recordingS == 5);
}

TEST_CASE("a wall clock that is set changes no duration") {
  Coverage coverage;
  coverage.note(Millis(0), wallTime(100 * kDay + 1000), UtcOffset(0), AgentState::kRecording, false);
  coverage.note(Millis(5000), wallTime(50 * kDay + 7000), UtcOffset(0), AgentState::kRecording, false);
  const auto days = coverage.take();
  REQUIRE(days.size() == 1);
  CHECK(days[0].day == 50);
  CHECK(days[0].recordingS == 5);
}

TEST_CASE("a suspend is found by the clock that ran on in it") {
  ClockWatch watch;
  CHECK_FALSE(watch.observe(monoTime(10'000), Millis(4'000)));
  CHECK_FALSE(watch.observe(monoTime(20'001), Millis(14'000)));  // reading two clocks takes a moment
  const auto suspended = watch.observe(monoTime(3'640'000), Millis(34'000));
  REQUIRE(suspended);
  CHECK(suspended->to - suspended->from == Millis(3'600'000));
  CHECK(suspended->to <= monoTime(3'640'000));
  CHECK_FALSE(watch.observe(monoTime(3'650'000), Millis(44'000)));
}

}  // namespace
