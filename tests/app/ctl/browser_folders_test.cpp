#include "app/ctl/browser_folders.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/temp_dir.h"

using namespace dwell;
using app::sandboxedBrowsers;

namespace {

/// A machine of the test's own: its root, and the user's home in it.
struct Machine {
  Machine() {
    setenv("HOME", (root / "home").c_str(), 1);
    unsetenv("XDG_DATA_HOME");
  }

  void install(const std::filesystem::path& place) const {
    std::filesystem::create_directories(root / place);
  }

  std::vector<std::string> found() const {
    std::vector<std::string> all;
    for (const auto& each : sandboxedBrowsers(root)) all.push_back(each.packaging + " " + each.browser);
    return all;
  }

  tests::TempDir folder;
  std::filesystem::path root = folder.path();
};

}  // namespace

TEST_CASE("a machine without snaps and flatpaks has no sandboxed browser") {
  const Machine machine;
  machine.install("snap/bin/hello");
  machine.install("usr/bin/chromium");
  machine.install("var/lib/flatpak/app/org.gimp.GIMP");
  CHECK(machine.found().empty());
}

TEST_CASE("browsers of snaps are found where snapd puts their commands") {
  const Machine machine;
  machine.install("snap/bin/chromium");
  machine.install("snap/bin/firefox");
  CHECK(machine.found() == std::vector<std::string>{"snap chromium", "snap firefox"});
  CHECK(sandboxedBrowsers(machine.root)[1].found == machine.root / "snap/bin/firefox");
}

TEST_CASE("browsers of flatpaks are found, those of the machine and those of the user") {
  const Machine machine;
  machine.install("var/lib/flatpak/app/com.google.Chrome");
  machine.install("home/.local/share/flatpak/app/org.mozilla.firefox");
  CHECK(machine.found() == std::vector<std::string>{"flatpak chrome", "flatpak firefox"});
  setenv("XDG_DATA_HOME", (machine.root / "elsewhere").c_str(), 1);
  machine.install("elsewhere/flatpak/app/com.brave.Browser");
  CHECK(machine.found() == std::vector<std::string>{"flatpak chrome", "flatpak brave"});
}
