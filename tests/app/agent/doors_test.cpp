// What comes in by the agent's doors and should not: bad frames, bad requests, a second agent, bad files.
#include <SQLiteCpp/Database.h>

#include <fstream>

#include "tests/app/agent/running_agent.h"

namespace {

using namespace dwell::tests;

TEST_CASE("bad frames, messages and events cost themselves and nothing else") {
  AgentHome home;
  home.consent();
  home.start();
  auto changes = home.subscribe();
  Browser browser(home);
  browser.frame("no json");
  browser.frame(R"({"v":1,"born":1,"seq":1,"sent_ms":1000,"events":"none"})");
  const std::uint32_t tooLong = dwell::kMaxFrameBytes + 1;
  browser.bridge().write(std::string(reinterpret_cast<const char*>(&tooLong), sizeof tooLong) +
                         std::string(tooLong, 'x'));
  browser.hello(
      R"(,{"time_ms":1000,"type":"holiday","browser":"b"})"
      R"(,{"time_ms":1000,"type":"navigation","browser":"b","tab":1,"window":1,"transition":"link","url":7})"
      R"(,{"time_ms":1000,"type":"end"})");
  changes.until(connected);
  browser.helloOnPage("http://meadow.test/");
  browser.quit();
  const auto status = changes.until(disconnected);
  CHECK(status["losses"]["browser.message_refused"] == 2);
  CHECK(status["losses"]["browser.event_unknown"] == 1);
  CHECK(status["losses"]["browser.event_refused"] == 2);
  // The frame that was too long was not let through by the bridge.
  CHECK(browser.bridge().errors().find("at most 1048576 bytes") != std::string::npos);
  home.ask({{"command", "flush"}});
  CHECK(home.visits().size() == 1);
}

TEST_CASE("bad requests are answered with what was expected, and the connection goes on") {
  AgentHome home;
  home.start();
  const auto refused = home.ask({{"command", "dance"}});
  CHECK(refused["ok"] == false);
  CHECK(refused["error"].get<std::string>().find("status") != std::string::npos);
  CHECK(home.ask({{"command", "pause"}, {"minutes", "soon"}})["ok"] == false);
  CHECK(home.status()["state"] == "no_consent");
  const auto endless = home.ask({{"command", std::string(70'000, 'x')}});
  CHECK(endless["error"].get<std::string>().find("too long") != std::string::npos);
}

TEST_CASE("a second agent on the same store, or on the same sockets, says so and leaves") {
  AgentHome home;
  home.start();
  auto second = home.launch();
  CHECK(second->wait() == 1);
  CHECK(second->errors().find("another agent is running with this data folder") != std::string::npos);

  TempDir elsewhere;
  Child third(DWELL_BIN_DIR "/dwell-agent", {"--data-dir", elsewhere.path() / "data", "--runtime-dir",
                                             home.runtime(), "--config", home.config()});
  CHECK(third.wait() == 1);
  CHECK(third.errors().find("another agent listens here") != std::string::npos);
  CHECK(home.status()["pid"] == home.agent().pid());
}

TEST_CASE("sockets that a killed agent left behind do not hinder the next one") {
  AgentHome home;
  home.consent();
  home.start();
  home.agent().end(SIGKILL);
  CHECK(std::filesystem::exists(home.runtime() / "control.sock"));
  home.start();
  CHECK(home.status()["state"] == "recording");
}

TEST_CASE("a configuration with an unknown key is refused with its line") {
  AgentHome home;
  std::ofstream(home.config()) << "# mine\nholiday = true\n";
  auto agent = home.launch();
  CHECK(agent->wait() == 2);
  CHECK(agent->errors().find("config.toml:2") != std::string::npos);
}

TEST_CASE("a configuration that turns bad while the agent runs is refused, and the old one stays") {
  AgentHome home;
  home.consent();
  home.start();
  std::ofstream(home.config()) << "holiday = true\n";
  const auto reloaded = home.ask({{"command", "reload"}});
  CHECK(reloaded["ok"] == false);
  CHECK(reloaded["error"].get<std::string>().find("config.toml:1") != std::string::npos);
  CHECK(home.status()["state"] == "recording");
}

TEST_CASE("a database of a newer version is refused and left as it is") {
  AgentHome home;
  home.consent();
  {
    SQLite::Database database((home.data() / "store.sqlite").string(), SQLite::OPEN_READWRITE);
    database.exec("PRAGMA user_version = 9999");
  }
  auto agent = home.launch();
  CHECK(agent->wait() == 1);
  CHECK(agent->errors().find("newer") != std::string::npos);
}

TEST_CASE("help and version are told, a bad option is exit code 2") {
  Child help(DWELL_BIN_DIR "/dwell-agent", {"--help"});
  CHECK(help.output().find("--data-dir") != std::string::npos);
  CHECK(help.wait() == 0);
  Child version(DWELL_BIN_DIR "/dwell-agent", {"--version"});
  CHECK(version.wait() == 0);
  Child bad(DWELL_BIN_DIR "/dwell-agent", {"--holiday"});
  CHECK(bad.wait() == 2);
}

}  // namespace
