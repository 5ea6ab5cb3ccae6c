// What the running agent may not do: design section 3.
#include <poll.h>

#include <fstream>
#include <sstream>

#include "app/agent/launcher.h"
#include "tests/app/agent/running_agent.h"

namespace {

using namespace dwell::tests;

std::string contents(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// The value of a line "Name:\tvalue" of /proc/PID/status.
std::string statusOf(pid_t process, const std::string& name) {
  std::istringstream lines(contents("/proc/" + std::to_string(process) + "/status"));
  for (std::string line; std::getline(lines, line);)
    if (line.rfind(name + ":\t", 0) == 0) return line.substr(name.size() + 2);
  return {};
}

TEST_CASE("inside the running agent no internet socket can be made") {
  AgentHome home;
  home.consent();
  home.start();
  const auto network = home.status()["network"];
  CHECK(network["blocked"] == true);
  CHECK(network["reason"] == "Address family not supported by protocol");
}

TEST_CASE("the running agent and all its threads are under a seccomp filter, without privileges to gain") {
  AgentHome home;
  home.consent();
  home.start();
  const auto pid = home.agent().pid();
  for (const auto& thread : std::filesystem::directory_iterator("/proc/" + std::to_string(pid) + "/task")) {
    const auto id = static_cast<pid_t>(std::stoi(thread.path().filename()));
    CHECK(statusOf(id, "Seccomp") == "2");
    CHECK(statusOf(id, "NoNewPrivs") == "1");
  }
  const auto limits = contents("/proc/" + std::to_string(pid) + "/limits");
  const auto core = limits.find("Max core file size");
  REQUIRE(core != std::string::npos);
  std::istringstream values(limits.substr(core + std::string("Max core file size").size()));
  std::string soft, hard;
  values >> soft >> hard;
  CHECK(soft == "0");
  CHECK(hard == "0");
}

TEST_CASE("the agent and the bridge link no network and no cryptography library") {
  for (const auto* program : {DWELL_BIN_DIR "/dwell-agent", DWELL_BIN_DIR "/dwell-bridge"}) {
    Child ldd("/usr/bin/ldd", {program});
    const auto libraries = ldd.output();
    CHECK(ldd.wait() == 0);
    REQUIRE(libraries.find("libc.so") != std::string::npos);
    for (const auto* network : {"libcurl", "libssl", "libcrypto", "libgnutls", "libnss"}) {
      INFO(network << " in " << program);
      CHECK(libraries.find(network) == std::string::npos);
    }
  }
}

TEST_CASE("the bridge links next to nothing and stays small") {
  Child ldd("/usr/bin/ldd", {DWELL_BIN_DIR "/dwell-bridge"});
  const auto libraries = ldd.output();
  for (const auto* library : {"sqlite", "simdjson", "xcb", "spdlog", "fmt", "sodium"})
    CHECK(libraries.find(library) == std::string::npos);
#ifndef __SANITIZE_ADDRESS__
  AgentHome home;
  home.consent();
  home.start();
  auto changes = home.subscribe();
  Browser browser(home);
  browser.helloOnPage("http://meadow.test/" + std::string(200'000, 'x'));
  changes.until(connected);
  CHECK(std::stol(statusOf(browser.bridge().pid(), "VmRSS")) <= 4096);
#endif
}

TEST_CASE("the launcher runs its command when asked, tells how it went, and is no part of the confinement") {
  TempDir folder;
  const auto file = folder.path() / "made";
  auto launcher =
      dwell::app::Launcher::start({"/bin/sh", "-c", "grep Seccomp: /proc/self/status > \"$0\"", file});
  CHECK_FALSE(launcher.running());
  launcher.launch();
  CHECK(launcher.running());
  const auto wait = [&launcher] {
    pollfd answered{launcher.fd(), POLLIN, 0};
    REQUIRE(poll(&answered, 1, 10'000) == 1);
    return launcher.ended();
  };
  CHECK(wait() == true);
  CHECK_FALSE(launcher.running());
  CHECK(contents(file).find("Seccomp:") == 0);

  auto failing = dwell::app::Launcher::start({"/nowhere/dwell-upload"});
  failing.launch();
  pollfd answered{failing.fd(), POLLIN, 0};
  REQUIRE(poll(&answered, 1, 10'000) == 1);
  CHECK(failing.ended() == false);
}

}  // namespace
