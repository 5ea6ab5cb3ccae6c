#include <sqlite3.h>
#include <sys/wait.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;

namespace {

struct Outcome {
  int code = -1;
  std::string output;
};

/// `environment` and `arguments` as a shell takes them.
Outcome run(const std::string& environment, const std::string& arguments) {
  const std::string command = "env -u DISPLAY -u WAYLAND_DISPLAY -u QT_QPA_PLATFORM " + environment + " " +
                              DWELL_BIN_DIR + "/dwell " + arguments + " 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Outcome outcome;
  std::array<char, 4096> part{};
  while (const auto size = std::fread(part.data(), 1, part.size(), pipe))
    outcome.output.append(part.data(), size);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) outcome.code = WEXITSTATUS(status);
  return outcome;
}

struct Machine {
  tests::TempDir temp;
  std::string folders() const {
    const std::string folder = temp.path().string();
    return "--data-dir " + folder + " --runtime-dir " + folder + " --config " + folder + "/config.toml ";
  }
  std::string shots() const {
    const std::string folder = temp.path().string();
    return "--screenshot histograms=" + folder + "/h.png --screenshot pages=" + folder + "/p.png";
  }
  /// Width and height as a PNG's header has them, in 16 bits each.
  std::vector<int> sizeOf(const char* name) const {
    std::ifstream file(temp.path() / name, std::ios::binary);
    std::array<char, 24> header{};
    if (!file.read(header.data(), header.size())) return {};
    const auto byte = [&](std::size_t at) {
      return static_cast<int>(static_cast<unsigned char>(header.at(at)));
    };
    return {byte(18) * 256 + byte(19), byte(22) * 256 + byte(23)};
  }
};

}  // namespace

TEST_CASE("Help and version need no display") {
  const Outcome help = run("", "--help");
  CHECK(help.code == 0);
  CHECK(help.output.find("--screenshot") != std::string::npos);
  CHECK(run("", "--version").output.rfind("dwell ", 0) == 0);
}

TEST_CASE("An unknown option, page or argument is exit 2 and says what would be right") {
  CHECK(run("", "--no-such").code == 2);
  CHECK(run("", "something").code == 2);
  const Outcome outcome = run("", "--screenshot nosuchpage=x.png");
  CHECK(outcome.code == 2);
  CHECK(outcome.output.find("histograms=FILE") != std::string::npos);
}

TEST_CASE("Without a display the window says so and names the next step") {
  const Machine machine;
  for (const char* environment : {"QT_QPA_PLATFORM=xcb", "DISPLAY=:64999", ""}) {
    const Outcome outcome = run(environment, machine.folders());
    CHECK(outcome.code == 1);
    CHECK(outcome.output.find("dwellctl") != std::string::npos);
  }
}

TEST_CASE("A fault in the configuration is told with its line") {
  const Machine machine;
  std::ofstream(machine.temp.path() / "config.toml") << "\nno_such_key = 1\n";
  const Outcome outcome = run("", machine.folders() + machine.shots());
  CHECK(outcome.code == 2);
  CHECK(outcome.output.find("config.toml:2") != std::string::npos);
}

TEST_CASE("Pictures of both pages are made without a display, with or without a store") {
  const Machine machine;
  REQUIRE(run("", machine.folders() + machine.shots()).code == 0);
  CHECK(machine.sizeOf("h.png") == std::vector<int>{1200, 800});
  // Nothing was agreed to by looking.
  CHECK_FALSE(std::filesystem::exists(machine.temp.path() / "store.sqlite"));
  const auto waiting = std::filesystem::file_size(machine.temp.path() / "h.png");

  {
    auto store = monitor::Store::open(machine.temp.path() / "store.sqlite");
    REQUIRE(store);
    auto batch = tests::batchAt(tests::kMorning);
    batch.ended = {tests::closedVisit(1)};
    batch.histograms = {tests::samples("Engagement.ActiveTime", 3)};
    store->write(batch);
  }
  REQUIRE(run("", machine.folders() + machine.shots()).code == 0);
  CHECK(machine.sizeOf("h.png") == std::vector<int>{1200, 800});
  CHECK(machine.sizeOf("p.png") == std::vector<int>{1200, 800});
  // The list and the chart take more than the one sentence before.
  CHECK(std::filesystem::file_size(machine.temp.path() / "h.png") > waiting);
}

TEST_CASE("A picture that can't be written is exit 1") {
  const Machine machine;
  const Outcome outcome = run("", machine.folders() + "--screenshot pages=/no/such/folder/p.png");
  CHECK(outcome.code == 1);
  CHECK(outcome.output.find("/no/such/folder/p.png") != std::string::npos);
}
