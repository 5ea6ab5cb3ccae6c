#include "uploader/browser_policies.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace dwell::uploader {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

struct PolicyFolder {
  std::string_view brand;
  const char* folder;
  bool sendsMetrics;  ///< it has MetricsReportingEnabled, and may send some; Chromium itself never does
};
constexpr PolicyFolder kFolders[] = {{"Chromium", "etc/chromium/policies/managed", false},
                                     {"Google Chrome", "etc/opt/chrome/policies/managed", true},
                                     {"Microsoft Edge", "etc/opt/edge/policies/managed", false},
                                     {"Brave", "etc/brave/policies/managed", false}};

/// As far as they are read by Debian's builds.
constexpr const char* kFirefoxFiles[] = {"etc/firefox/policies/policies.json",
                                         "usr/lib/firefox-esr/distribution/policies.json",
                                         "usr/lib/firefox/distribution/policies.json"};

/// An object; empty where the file is none.
Json readObject(const fs::path& file) {
  std::ifstream in(file);
  Json json = Json::parse(in, nullptr, /*allow_exceptions=*/false, /*ignore_comments=*/true);
  return json.is_object() ? json : Json::object();
}

/// All files of the folder, of which the last one in order of names is right.
Json merged(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  Json policies = Json::object();
  for (const auto& file : files) policies.update(readObject(file));
  return policies;
}

std::optional<bool> flag(const Json& policies, const char* name) {
  const auto found = policies.find(name);
  return found != policies.end() && found->is_boolean() ? std::optional(found->get<bool>()) : std::nullopt;
}

void addChromiumPolicies(const PolicyFolder& known, const fs::path& root, schemas::BrowserInfo& browser) {
  const Json policies = merged(root / known.folder);
  if (!policies.empty()) browser.managed = true;
  const auto metrics = flag(policies, "MetricsReportingEnabled");
  if (metrics && (known.sendsMetrics || !*metrics)) browser.metricsReporting = metrics;
  browser.urlKeyedReporting = flag(policies, "UrlKeyedAnonymizedDataCollectionEnabled");
}

void addFirefoxPolicies(const fs::path& root, schemas::BrowserInfo& browser) {
  for (const char* file : kFirefoxFiles) {
    const Json json = readObject(root / file);
    const auto policies = json.find("policies");
    if (policies == json.end() || !policies->is_object() || policies->empty()) continue;
    browser.managed = true;
    if (flag(*policies, "DisableTelemetry") == true) browser.metricsReporting = false;
    return;  // the first one found holds
  }
}

}  // namespace

void addPolicies(schemas::BrowserInfo& browser, const fs::path& root) {
  for (const PolicyFolder& known : kFolders) {
    if (browser.brand == known.brand) addChromiumPolicies(known, root, browser);
  }
  if (browser.brand == "Firefox") addFirefoxPolicies(root, browser);
}

}  // namespace dwell::uploader
