// dwellctl record beside a running agent: what it writes, and how it ends.
#include <sys/stat.h>

#include <fstream>

#include "tests/app/agent/running_agent.h"

namespace {

using namespace dwell::tests;

const std::string kPage = "http://meadow.test/flowers?sort=blue";

/// dwellctl record on an agent's sockets.
class Recording {
 public:
  Recording(const AgentHome& home, std::vector<std::string> more = {})
      : trace(home.data() / "trace.jsonl"),
        child_(DWELL_BIN_DIR "/dwellctl", arguments(home, trace, std::move(more))) {}

  /// Waits for the trace's first lines: the recording has begun.
  void begun() const {
    while (!std::filesystem::exists(trace) || std::filesystem::file_size(trace) == 0) {
    }
  }
  Child& child() { return child_; }
  std::vector<Json> lines() const {
    std::ifstream in(trace);
    std::vector<Json> all;
    for (std::string line; std::getline(in, line);) all.push_back(Json::parse(line));
    return all;
  }

  const std::filesystem::path trace;

 private:
  static std::vector<std::string> arguments(const AgentHome& home, const std::filesystem::path& trace,
                                            std::vector<std::string> more) {
    std::vector<std::string> all = {"record",        trace,          "--json",   "--data-dir", home.data(),
                                    "--runtime-dir", home.runtime(), "--config", home.config()};
    all.insert(all.end(), more.begin(), more.end());
    return all;
  }
  Child child_;
};

Json replayed(const AgentHome& home, const std::filesystem::path& trace) {
  Child replay(DWELL_BIN_DIR "/dwellctl",
               {"replay", trace, "--json", "--data-dir", home.data(), "--runtime-dir", home.runtime()});
  const auto output = replay.output();
  REQUIRE(replay.wait() == 0);
  return Json::parse(output);
}

TEST_CASE("a recording begins with the page that is there, ends at Ctrl-C, and replays") {
  AgentHome home;
  home.consent();
  home.start();
  Browser browser(home);
  auto changes = browser.lookAt(kPage);
  home.ask({{"command", "flush"}});

  Recording recording(home);
  recording.begun();
  browser.message(
      R"({"time_ms":1000,"type":"navigation","browser":"b","tab":1,"window":1,"transition":"link","url":"http://meadow.test/grass"})");
  CHECK(home.ask({{"command", "mark"}, {"name", "task"}, {"value", "2"}})["ok"] == true);
  changes.until([&](const Json&) { return home.ask({{"command", "flush"}})["status"]["events"] == 7; });
  CHECK(recording.child().end(SIGINT) == 0);
  CHECK(Json::parse(recording.child().output())["events"] == recording.lines().size() - 1);

  struct stat file {};
  REQUIRE(stat(recording.trace.c_str(), &file) == 0);
  CHECK((file.st_mode & 0777) == 0600);
  const auto lines = recording.lines();
  CHECK(lines.front()["hook"] == false);
  CHECK(lines.back()["type"] == "end");
  const auto visits = replayed(home, recording.trace)["visits"];
  REQUIRE(visits.size() == 2);
  CHECK(visits[0]["url"] == "http://meadow.test/flowers");  // the detail of the settings: without the query
  CHECK(visits[0]["access_type"] == "unknown");
  CHECK(visits[1]["url"] == "http://meadow.test/grass");
  CHECK(visits[1]["access_type"] == "link");
}

TEST_CASE(
    "a pause and an orderly end of the agent end a recording well; a killed one leaves what was written") {
  for (const std::string how : {"pause", "end", "kill"}) {
    INFO(how);
    AgentHome home;
    home.consent();
    home.start();
    Browser browser(home);
    browser.lookAt(kPage);
    home.ask({{"command", "flush"}});
    Recording recording(home);
    recording.begun();
    if (how == "pause") home.ask({{"command", "pause"}});
    if (how == "end") CHECK(home.agent().end(SIGTERM) == 0);
    if (how == "kill") home.agent().end(SIGKILL);
    CHECK(recording.child().wait() == (how == "kill" ? 1 : 0));
    if (how == "kill") CHECK(recording.child().errors().find("went away") != std::string::npos);
    CHECK((recording.lines().back()["type"] == "end") == (how != "kill"));
    if (how != "kill") CHECK(replayed(home, recording.trace)["visits"].size() == 1);
  }
}

TEST_CASE("a refused recording says why and touches no file") {
  AgentHome home;
  home.start();
  Recording refused(home);
  CHECK(refused.child().wait() == 1);
  CHECK(refused.child().errors().find("dwellctl consent accept") != std::string::npos);
  CHECK_FALSE(std::filesystem::exists(refused.trace));

  home.consent();
  home.ask({{"command", "reload"}});
  std::ofstream(refused.trace) << "mine\n";
  Recording again(home);
  CHECK(again.child().wait() == 1);
  CHECK(again.child().errors().find("--force") != std::string::npos);
  CHECK(std::filesystem::file_size(refused.trace) == 5);
}

}  // namespace
