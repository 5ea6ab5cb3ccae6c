// The running agent: nothing before consent, and what it makes of a browser's events.
#include <sys/stat.h>

#include "tests/app/agent/running_agent.h"

namespace {

using namespace dwell::tests;
using dwell::schemas::Exit;

const std::string kPage = "http://meadow.test/";

TEST_CASE("without consent no source is started and no browser can connect") {
  AgentHome home;
  home.start();
  const auto status = home.status();
  CHECK(status["recording"] == false);
  CHECK(status["state"] == "no_consent");
  CHECK(status["sources"]["x11"]["state"] == "off");
  CHECK(status["sources"]["browser"]["state"] == "off");
  CHECK_FALSE(std::filesystem::exists(home.runtime() / "bridge.sock"));

  Child bridge(DWELL_BIN_DIR "/dwell-bridge", {"--runtime-dir", home.runtime(), "chrome-extension://x/"});
  CHECK(bridge.wait() == 1);
  CHECK(bridge.errors().find("no agent listens") != std::string::npos);
  CHECK(home.ask({{"command", "mark"}, {"name", "task"}, {"value", "1"}})["ok"] == false);
  CHECK(home.agent().end(SIGTERM) == 0);
  CHECK(home.visits().empty());
}

TEST_CASE("consent starts recording at the next reload, its withdrawal ends it") {
  AgentHome home;
  home.start();
  home.consent();
  CHECK(home.ask({{"command", "reload"}})["status"]["state"] == "recording");
  struct stat socket {};
  REQUIRE(stat((home.runtime() / "bridge.sock").c_str(), &socket) == 0);
  CHECK((socket.st_mode & 0777) == 0600);

  Browser browser(home);
  browser.lookAt(kPage);
  home.withdraw();
  CHECK(home.ask({{"command", "reload"}})["status"]["state"] == "no_consent");
  CHECK(browser.bridge().wait() == 0);
  CHECK_FALSE(std::filesystem::exists(home.runtime() / "bridge.sock"));
  CHECK(home.agent().end(SIGTERM) == 0);
  const auto visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].url == kPage);
  CHECK(visits[0].exit == Exit::kAgentStopped);
}

TEST_CASE("a visit is in the store after a flush, open, and ended by the agent's end") {
  AgentHome home;
  home.consent();
  home.start();
  Browser browser(home);
  browser.lookAt(kPage);
  const auto flushed = home.ask({{"command", "flush"}});
  CHECK(flushed["status"]["events"] == 5);
  CHECK(flushed["status"]["last_flush_ms"].is_number());
  auto visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].exit == Exit::kOpen);
  CHECK(home.agent().end(SIGTERM) == 0);
  visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].exit == Exit::kAgentStopped);
  CHECK(browser.bridge().wait() == 0);
}

TEST_CASE("a browser that is gone ends its visits, and numbers go on after a restart") {
  AgentHome home;
  home.consent();
  for (int life = 1; life <= 2; ++life) {
    home.start();
    Browser browser(home);
    auto changes = browser.lookAt(kPage);
    browser.quit();
    changes.until(disconnected);
    CHECK(home.agent().end(SIGTERM) == 0);
  }
  const auto visits = home.visits();
  REQUIRE(visits.size() == 2);
  CHECK(visits[0].id == 1);
  CHECK(visits[1].id == 2);
  for (const auto& visit : visits) CHECK(visit.exit == Exit::kBrowserClosed);
}

TEST_CASE("a killed agent loses nothing that was flushed; the next one closes what was open") {
  AgentHome home;
  home.consent();
  home.start();
  Browser browser(home);
  browser.lookAt(kPage);
  home.ask({{"command", "flush"}});
  CHECK(home.agent().end(SIGKILL) == -SIGKILL);
  browser.bridge().wait();
  home.start();
  home.ask({{"command", "flush"}});
  const auto visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].exit == Exit::kAgentStopped);
}

TEST_CASE("of two connections of one browser the newer one counts") {
  AgentHome home;
  home.consent();
  home.start();
  auto changes = home.subscribe();
  Browser older(home);
  older.helloOnPage(kPage);
  changes.until(connected);
  Browser newer(home);
  newer.helloOnPage("http://newer.test/");
  CHECK(older.bridge().wait() == 0);
  home.ask({{"command", "flush"}});
  CHECK(home.status()["browsers"].size() == 1);
  const auto visits = home.visits();
  REQUIRE(visits.size() == 2);
  CHECK(visits[0].exit == Exit::kBrowserClosed);
  CHECK(visits[1].exit == Exit::kOpen);
}

TEST_CASE("in a pause nothing is recorded, and at its end browsers say anew what is there") {
  AgentHome home;
  home.consent();
  home.start();
  Browser browser(home);
  auto changes = browser.lookAt(kPage);
  auto paused = home.ask({{"command", "pause"}, {"minutes", 5}})["status"];
  CHECK(paused["state"] == "paused");
  CHECK(paused["resume_ms"].is_number());
  CHECK(paused["sources"]["x11"]["state"] == "off");
  CHECK(home.ask({{"command", "mark"}, {"name", "task"}, {"value", "1"}})["ok"] == false);

  // A browser that comes meanwhile is let in and not listened to.
  Browser another(home);
  another.message(
      R"({"time_ms":1000,"type":"browser_connected","browser":"c","product":"Chromium","version":"156"})"
      R"(,{"time_ms":1000,"type":"navigation","browser":"c","tab":1,"window":1,"transition":"link",)"
      R"("url":"http://private.test/"})");
  changes.until([](const Json& status) { return status["browsers"].size() == 2; });
  CHECK(home.ask({{"command", "resume"}})["status"]["state"] == "recording");
  CHECK(browser.bridge().wait() == 0);
  CHECK(another.bridge().wait() == 0);
  home.ask({{"command", "flush"}});
  const auto visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].exit == Exit::kAgentStopped);
}

TEST_CASE("what happened before recording began is not recorded, but the page that is there is") {
  AgentHome home;
  home.consent();
  home.start();
  auto changes = home.subscribe();
  Browser browser(home);
  // sent_ms is 1,000,000 here: both navigations are minutes old.
  browser.frame(
      R"({"v":1,"born":5,"seq":1,"sent_ms":1000000,"events":[)"
      R"({"time_ms":1000000,"type":"browser_connected","browser":"b","product":"Chromium","version":"156"},)"
      R"({"time_ms":700000,"type":"navigation","browser":"b","tab":1,"window":1,"transition":"typed","url":"http://private.test/"},)"
      R"({"time_ms":800000,"type":"navigation","browser":"b","tab":1,"window":1,"transition":"link","url":"http://there.test/"}]})");
  changes.until(connected);
  const auto status = home.ask({{"command", "flush"}})["status"];
  CHECK(status["losses"]["before_start"] == 2);
  const auto visits = home.visits();
  REQUIRE(visits.size() == 1);
  CHECK(visits[0].url == "http://there.test/");
  CHECK(visits[0].accessType == dwell::schemas::AccessType::kUnknown);
}

TEST_CASE("marks and coverage are written with the measurements") {
  AgentHome home;
  home.consent();
  home.start();
  CHECK(home.ask({{"command", "mark"}, {"name", "task"}, {"value", "2"}})["ok"] == true);
  CHECK(home.ask({{"command", "participant"}, {"label", "P7"}})["ok"] == true);
  Browser browser(home);
  browser.lookAt(kPage);
  home.ask({{"command", "flush"}});
  REQUIRE(home.visits().size() == 1);
  CHECK(home.visits()[0].participant == "P7");
}

}  // namespace
