#include <catch2/catch.hpp>

#include <memory>
#include <string>

#include "schemas/visit.h"
#include "tests/app/agent/running_agent.h"
#include "tests/monitor/source/fake_logind.h"
#include "tests/monitor/source/xtest_person.h"
#include "tests/monitor/source/xvfb.h"

/// Where the running agent takes inputs, lock and suspend from.
namespace {

using dwell::schemas::AccessType;
using namespace dwell::tests;

constexpr const char* kPage = "http://page.test/";
const std::string kTyped =
    R"({"time_ms":1000,"browser":"b","tab":1,"type":"input","kind":"key","key_class":"character","count":7})";

/// What the agent said to the browser first.
std::string firstWord(Browser& browser) {
  const auto said = [&browser](std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t got = 0; got < size;) {
      const auto some = read(browser.bridge().out(), bytes.data() + got, size - got);
      REQUIRE(some > 0);
      got += static_cast<std::size_t>(some);
    }
    return bytes;
  };
  std::uint32_t size = 0;
  std::memcpy(&size, said(sizeof size).data(), sizeof size);
  return said(size);
}

bool fromX11(const Json& status) { return status["input_source"] == "x11"; }
bool fromPages(const Json& status) { return status["input_source"] == "page"; }

TEST_CASE("without a display the pages are asked for inputs, and the status says what is missing") {
  AgentHome home;
  home.consent();
  home.start();
  const auto status = home.status();
  CHECK(status["input_source"] == "page");
  CHECK(status["sources"]["x11"]["state"] == "unavailable");
  CHECK(status["sources"]["x11"]["why"].get<std::string>().find("no X display can be reached") !=
        std::string::npos);
  auto changes = home.subscribe();
  Browser browser(home);
  CHECK(firstWord(browser) == R"({"v":1,"inputs":"page"})");
  browser.helloOnPage(kPage);
  changes.until(connected);
  browser.message(kTyped);
  browser.message(
      R"({"time_ms":1000,"browser":"b","tab":1,"window":1,"type":"navigation","url":"http://typed.test/",)"
      R"("transition":"typed","qualifiers":["from_address_bar"]})");
  browser.quit();
  home.ask({{"command", "flush"}});
  const auto visits = home.visits();
  REQUIRE(visits.size() == 2);
  CHECK(visits[0].inputSource == "page");
  CHECK(visits[0].input.keys == 7);
  CHECK(visits[1].accessType == AccessType::kAddressBar);
  CHECK(home.agent().end(SIGTERM) == 0);
  CHECK(home.agent().errors().find("inputs are taken from the pages") != std::string::npos);
}

TEST_CASE("while the hook works no page is asked, and what one tells all the same does not count twice") {
  Xvfb server;
  AgentHome home(server.display());
  home.consent();
  home.start();
  auto changes = home.subscribe();
  Browser browser(home);
  CHECK(firstWord(browser) == R"({"v":1,"inputs":"agent"})");
  browser.helloOnPage(kPage);
  changes.until(connected);
  XtestPerson(server.display()).type("dwell");
  browser.message(kTyped);
  const auto lossesOf = [&home] { return home.status()["losses"]; };
  while (!lossesOf().contains("browser.input_not_asked")) {
  }
  CHECK(lossesOf()["browser.input_not_asked"] == 1);
  const auto status = home.ask({{"command", "flush"}})["status"];
  CHECK(status["sources"]["x11"]["events"] == 5);
  const auto visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].input.keys == 5);
  CHECK(visits[0].input.synthetic == 5);
  CHECK(visits[0].inputSource == "x11");
}

TEST_CASE("in a pause no page is asked for inputs") {
  AgentHome home;
  home.consent();
  home.start();
  home.ask({{"command", "pause"}});
  Browser browser(home);
  CHECK(firstWord(browser) == R"({"v":1,"inputs":"agent"})");
}

TEST_CASE("a lost X server leaves the pages, a new one is found: each visit has one source") {
  auto server = std::make_unique<Xvfb>();
  const auto display = server->display();
  AgentHome home(display);
  home.consent();
  home.start();
  auto changes = home.subscribe();
  {
    Browser browser(home);
    browser.helloOnPage(kPage);
    changes.until(connected);
    XtestPerson(display).type("one");
    server.reset();
    const auto lost = changes.until(fromPages);
    CHECK(lost["recording"] == true);
    CHECK(lost["sources"]["x11"]["state"] == "unavailable");
    CHECK(lost["sources"]["x11"]["why"].get<std::string>().find("X") != std::string::npos);
  }
  {
    Browser browser(home);
    browser.helloOnPage(kPage);
    changes.until(connected);
    browser.message(kTyped);
    browser.quit();
  }
  server = std::make_unique<Xvfb>(display);
  changes.until(fromX11);
  Browser browser(home);
  browser.helloOnPage(kPage);
  changes.until(connected);
  XtestPerson(display).type("three");
  home.ask({{"command", "flush"}});
  const auto visits = home.visits();
  REQUIRE(visits.size() == 3);
  CHECK(visits[0].inputSource == "x11");
  CHECK(visits[0].input.keys == 3);
  CHECK(visits[1].inputSource == "page");
  CHECK(visits[1].input.keys == 7);
  CHECK(visits[2].inputSource == "x11");
  CHECK(visits[2].input.keys == 5);
}

TEST_CASE("what is typed just before the end is drained, not lost") {
  Xvfb server;
  AgentHome home(server.display());
  home.consent();
  home.start();
  Browser browser(home);
  browser.lookAt(kPage);
  XtestPerson(server.display()).type("dwell");
  CHECK(home.agent().end(SIGTERM) == 0);
  const auto visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].input.keys == 5);
}

TEST_CASE("a locked session ends attention, told by logind on the system bus") {
  PrivateBus bus;
  FakeLogind logind(bus.address());
  logind.turn();
  setenv("DBUS_SYSTEM_BUS_ADDRESS", bus.address().c_str(), 1);
  AgentHome home;
  home.consent();
  home.start();
  unsetenv("DBUS_SYSTEM_BUS_ADDRESS");
  Browser browser(home);
  browser.lookAt(kPage);
  const auto untilEvents = [&](int wanted) {
    for (;;) {
      logind.turn();
      const auto source = home.status()["sources"]["logind"];
      REQUIRE(source["state"] == "working");
      if (source["events"] == wanted) return;
    }
  };
  untilEvents(0);
  logind.setHint(true);
  untilEvents(1);
  home.ask({{"command", "flush"}});
  const auto locked = home.visits();
  REQUIRE(locked.size() == 1);
  home.ask({{"command", "flush"}});
  home.ask({{"command", "flush"}});
  CHECK(home.visits()[0].attentionMs == locked[0].attentionMs);
  logind.setHint(false);
  untilEvents(2);
  logind.prepareForSleep(true);
  untilEvents(3);
}

}  // namespace
