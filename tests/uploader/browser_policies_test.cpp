#include "uploader/browser_policies.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "tests/support/temp_dir.h"

using namespace dwell;
using dwell::tests::TempDir;

namespace {

struct Machine {
  TempDir root;

  void write(const std::string& file, const std::string& text) {
    const auto path = root.path() / file;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  schemas::BrowserInfo browser(const std::string& brand) {
    schemas::BrowserInfo info{brand, "142"};
    uploader::addPolicies(info, root.path());
    return info;
  }
};

}  // namespace

TEST_CASE("without a policy nothing is known: neither that a browser is managed nor that it is not") {
  Machine machine;
  machine.write("etc/opt/chrome/policies/managed/none.json", "{}");
  for (const char* brand : {"Chromium", "Google Chrome", "Firefox", "Unheard of"}) {
    const auto browser = machine.browser(brand);
    CHECK_FALSE(browser.managed);
    CHECK_FALSE(browser.metricsReporting);
    CHECK_FALSE(browser.urlKeyedReporting);
  }
}

TEST_CASE("what policies force is told, the last file by name being right") {
  Machine machine;
  machine.write("etc/opt/chrome/policies/managed/a.json",
                R"({"MetricsReportingEnabled": false, "UrlKeyedAnonymizedDataCollectionEnabled": false})");
  machine.write("etc/opt/chrome/policies/managed/b.json",
                "// by the lab\n{\"MetricsReportingEnabled\": true}");
  const auto chrome = machine.browser("Google Chrome");
  CHECK(chrome.managed == true);
  CHECK(chrome.metricsReporting == true);
  CHECK(chrome.urlKeyedReporting == false);
  CHECK_FALSE(machine.browser("Chromium").managed);
}

TEST_CASE("a Chromium that is told to send metrics has none to send, one that is told not to sends none") {
  Machine machine;
  machine.write("etc/chromium/policies/managed/lab.json", R"({"MetricsReportingEnabled": true})");
  CHECK(machine.browser("Chromium").managed == true);
  CHECK_FALSE(machine.browser("Chromium").metricsReporting);
  machine.write("etc/chromium/policies/managed/lab.json", R"({"MetricsReportingEnabled": false})");
  CHECK(machine.browser("Chromium").metricsReporting == false);
}

TEST_CASE("Firefox has its policies in one file, and telemetry in place of metrics") {
  Machine machine;
  machine.write("usr/lib/firefox-esr/distribution/policies.json",
                R"({"policies": {"DisableTelemetry": true}})");
  const auto firefox = machine.browser("Firefox");
  CHECK(firefox.managed == true);
  CHECK(firefox.metricsReporting == false);
  CHECK_FALSE(firefox.urlKeyedReporting);
  machine.write("etc/firefox/policies/policies.json", R"({"policies": {"DisableTelemetry": false}})");
  CHECK_FALSE(machine.browser("Firefox").metricsReporting);
}

TEST_CASE("policy files that can't be read say nothing") {
  Machine machine;
  machine.write("etc/chromium/policies/managed/broken.json", "{\"MetricsReportingEnabled\": fal");
  machine.write("etc/firefox/policies/policies.json", "[1]");
  CHECK_FALSE(machine.browser("Chromium").managed);
  CHECK_FALSE(machine.browser("Firefox").managed);
}
