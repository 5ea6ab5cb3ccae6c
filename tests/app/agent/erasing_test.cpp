#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>

#include "tests/app/agent/running_agent.h"

/// Erasing while the agent runs, over its control socket and by dwellctl.
namespace dwell::tests {
namespace {

std::string bytesOf(const std::filesystem::path& folder) {
  std::string bytes;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(in), {});
  }
  return bytes;
}
bool has(const std::string& bytes, const char* word) { return bytes.find(word) != std::string::npos; }

std::string navigation(const std::string& url) {
  return R"({"time_ms":1000,"type":"navigation","browser":"b","tab":1,"window":1,"transition":"link","url":")" +
         url + "\"}";
}

TEST_CASE("a running agent erases a site, and goes on recording") {
  AgentHome home;
  home.consent();
  home.start();
  auto status = home.subscribe();
  {
    Browser browser(home);
    browser.helloOnPage("https://secret.example/zqone");
    status.until(connected);
    browser.message(navigation("https://shop.example/zqtwo"));
    browser.quit();
    status.until(disconnected);
  }
  REQUIRE(home.ask({{"command", "flush"}})["ok"] == true);
  REQUIRE(has(bytesOf(home.data()), "zqone"));

  const Json answer = home.ask({{"command", "erase"}, {"host", "secret.example"}});
  REQUIRE(answer["ok"] == true);
  CHECK(answer["erased"]["visits"] == 1);
  CHECK(answer["erased"]["compacted"] == true);
  CHECK(answer["status"]["state"] == "recording");
  CHECK_FALSE(has(bytesOf(home.data()), "zqone"));
  CHECK(home.visits().size() == 1);

  Browser again(home);
  again.helloOnPage("https://shop.example/zqthree");
  status.until(connected);
  again.quit();
  status.until(disconnected);
  REQUIRE(home.ask({{"command", "flush"}})["ok"] == true);
  CHECK(home.visits().size() == 2);
}

TEST_CASE("dwellctl erases through the agent, and by itself where none runs") {
  AgentHome home;
  home.consent();
  for (const bool running : {true, false}) {
    home.start();
    auto status = home.subscribe();
    {
      Browser browser(home);
      browser.helloOnPage("https://secret.example/zqone");
      status.until(connected);
      browser.quit();
      status.until(disconnected);
    }
    if (!running) home.agent().end(SIGTERM);
    Child ctl(DWELL_BIN_DIR "/dwellctl", {"--data-dir", home.data(), "--runtime-dir", home.runtime(),
                                          "--config", home.config(), "erase", "--all", "--yes", "--json"});
    const Json erased = Json::parse(ctl.output());
    REQUIRE(ctl.wait() == 0);
    CHECK(erased["visits"] == 1);
    if (running) home.agent().end(SIGTERM);
    CHECK_FALSE(has(bytesOf(home.data()), "zqone"));
  }
}

TEST_CASE("without --yes and without anybody to ask nothing is erased") {
  AgentHome home;
  home.consent();
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"erase", "--all"},
           {"erase", "--yes"},
           {"erase", "--all", "--site", "a", "--yes"},
           {"erase", "--from", "2026-11-31", "--yes"},
           {"erase", "--from", "2026-11-22", "--to", "2026-11-21", "--yes"}}) {
    std::vector<std::string> all = {"--data-dir", home.data(), "--runtime-dir", home.runtime()};
    all.insert(all.end(), arguments.begin(), arguments.end());
    Child ctl(DWELL_BIN_DIR "/dwellctl", all);
    ctl.closeInput();
    CHECK(ctl.wait() == 2);
  }
}

}  // namespace
}  // namespace dwell::tests
