#include "monitor/source/logind_source.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "schemas/event_names.h"
#include "tests/monitor/source/fake_logind.h"

namespace {

using dwell::Millis;
using dwell::monoTime;
using dwell::MonoTime;
using dwell::monitor::LogindSource;
using dwell::schemas::Event;
using dwell::tests::FakeLogind;
using dwell::tests::PrivateBus;

using Names = std::vector<std::string>;

std::string nameOf(const Event& event) {
  using namespace dwell::schemas;
  if (std::holds_alternative<Lock>(event.body)) return "lock";
  if (std::holds_alternative<Unlock>(event.body)) return "unlock";
  if (std::holds_alternative<Suspend>(event.body)) return "suspend";
  if (std::holds_alternative<Resume>(event.body)) return "resume";
  return "something else";
}

/// A source on a real bus with a logind that it has heard of.
struct Scene {
  PrivateBus bus;
  FakeLogind logind{bus.address()};
  LogindSource source{bus.address()};
  MonoTime now = monoTime(1'000'000);

  Scene() {
    logind.turn();
    REQUIRE(source.start());
  }

  /// Drains while the bus carries something, until it has been quiet for a while.
  Names heard() {
    Names names;
    for (;;) {
      std::vector<Event> events;
      REQUIRE(source.drain(now, events));
      for (const auto& event : events) {
        CHECK(event.time == now);
        names.push_back(nameOf(event));
      }
      logind.turn();
      pollfd watched[] = {{source.fd(), POLLIN, 0}, {logind.fd(), POLLIN, 0}};
      if (poll(watched, 2, 150) == 0) return names;
    }
  }
};

TEST_CASE("nothing is said at first of a session that is not locked, and nothing is due") {
  Scene scene;
  REQUIRE(scene.source.deadline());  // to ask
  CHECK(scene.heard().empty());
  CHECK_FALSE(scene.source.deadline());
}

TEST_CASE("a session that is locked already is said to be") {
  Scene scene;
  scene.logind.setHint(true);
  CHECK(scene.heard() == Names{"lock"});
}

TEST_CASE("the hint locks and unlocks, told in the signal or asked for") {
  Scene scene;
  scene.heard();
  scene.logind.setHint(true);
  CHECK(scene.heard() == Names{"lock"});
  scene.logind.setHint(true);
  CHECK(scene.heard().empty());
  scene.logind.setHint(false);
  CHECK(scene.heard() == Names{"unlock"});
  scene.logind.setHintWithoutSayingIt(true);
  CHECK(scene.heard() == Names{"lock"});
  CHECK_FALSE(scene.source.deadline());
}

TEST_CASE("a lock that is asked for is believed at once, and kept when the hint confirms it") {
  Scene scene;
  scene.heard();
  scene.logind.sessionSays(FakeLogind::kFirst, "Lock");
  CHECK(scene.heard() == Names{"lock"});
  CHECK(scene.source.deadline() == scene.now + LogindSource::kBelieved);
  scene.logind.setHint(true);
  CHECK(scene.heard().empty());
  CHECK_FALSE(scene.source.deadline());
  scene.now += Millis(3'600'000);
  CHECK(scene.heard().empty());
  scene.logind.sessionSays(FakeLogind::kFirst, "Unlock");
  CHECK(scene.heard() == Names{"unlock"});
}

TEST_CASE("a lock that is asked for and never confirmed does not last") {
  Scene scene;
  scene.heard();
  scene.logind.sessionSays(FakeLogind::kFirst, "Lock");
  CHECK(scene.heard() == Names{"lock"});
  scene.now += LogindSource::kBelieved;
  CHECK(scene.heard() == Names{"unlock"});
  CHECK_FALSE(scene.source.deadline());
}

TEST_CASE("the machine going to sleep and waking up are suspend and resume, once each") {
  Scene scene;
  scene.heard();
  scene.logind.prepareForSleep(true);
  scene.logind.prepareForSleep(true);
  CHECK(scene.heard() == Names{"suspend"});
  scene.logind.prepareForSleep(false);
  CHECK(scene.heard() == Names{"resume"});
}

TEST_CASE("only this user's graphical session counts, and the one after it") {
  Scene scene;
  scene.heard();
  scene.logind.sessionSays(FakeLogind::kSecond, "Lock");
  scene.logind.setHint(true, FakeLogind::kSecond);
  CHECK(scene.heard().empty());
  scene.logind.setHint(false, FakeLogind::kSecond);
  scene.logind.setSession(FakeLogind::kSecond);
  CHECK(scene.heard().empty());
  scene.logind.sessionSays(FakeLogind::kFirst, "Lock");
  CHECK(scene.heard().empty());
  scene.logind.sessionSays(FakeLogind::kSecond, "Lock");
  CHECK(scene.heard() == Names{"lock"});
}

TEST_CASE("a user without a session is told of sleep, and of the session when it comes") {
  Scene scene;
  scene.logind.setSession("/");
  CHECK(scene.heard().empty());
  scene.logind.prepareForSleep(true);
  CHECK(scene.heard() == Names{"suspend"});
  scene.logind.setSession(FakeLogind::kFirst);
  scene.logind.setHint(true);
  CHECK(scene.heard() == Names{"lock"});
}

TEST_CASE("without a bus or without a logind the message says so") {
  LogindSource nowhere("unix:path=/nonexistent/bus");
  const auto started = nowhere.start();
  REQUIRE_FALSE(started);
  CHECK(started.error().message().find("no system bus") != std::string::npos);
  CHECK(nowhere.fd() == -1);

  PrivateBus bus;
  LogindSource alone(bus.address());
  REQUIRE(alone.start());
  for (;;) {
    std::vector<Event> events;
    const auto drained = alone.drain(monoTime(1'000), events);
    CHECK(events.empty());
    if (!drained) {
      CHECK(drained.error().message().find("no logind answers") != std::string::npos);
      break;
    }
    pollfd watched{alone.fd(), POLLIN, 0};
    REQUIRE(poll(&watched, 1, 10'000) == 1);
  }
  CHECK(alone.fd() == -1);
}

TEST_CASE("when the bus goes, what was locked or asleep ends, and the source can be started again") {
  Scene scene;
  scene.heard();
  scene.logind.setHint(true);
  scene.logind.prepareForSleep(true);
  CHECK(scene.heard() == Names{"lock", "suspend"});
  scene.bus.stop();
  std::vector<Event> events;
  CHECK_FALSE(scene.source.drain(scene.now, events));
  Names names;
  for (const auto& event : events) names.push_back(nameOf(event));
  CHECK(names == Names{"unlock", "resume"});
  CHECK(scene.source.fd() == -1);
  CHECK_FALSE(scene.source.start());
}

TEST_CASE("a bus that does not answer is given up") {
  PrivateBus bus;
  FakeLogind deaf(bus.address());
  deaf.turn();
  LogindSource source(bus.address());
  REQUIRE(source.start());
  std::vector<Event> events;
  REQUIRE(source.drain(monoTime(1'000), events));
  REQUIRE(source.deadline());
  CHECK_FALSE(source.drain(*source.deadline(), events));
}

}  // namespace
