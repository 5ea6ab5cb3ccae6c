#include "uploader/environment.h"

#include <SQLiteCpp/Statement.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/paths.h"
#include "base/version.h"
#include "uploader/browser_policies.h"

namespace dwell::uploader {
namespace fs = std::filesystem;
namespace {

std::string textOf(const fs::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// The IANA name: TZ, or what /etc/localtime links to.
std::string timeZone() {
  if (const auto named = processEnvironment("TZ")) return *named;
  std::error_code error;
  const std::string target = fs::read_symlink("/etc/localtime", error).string();
  constexpr std::string_view kFolder = "/zoneinfo/";
  const auto at = target.find(kFolder);
  return at == std::string::npos ? "UTC" : target.substr(at + kFolder.size());
}

std::string locale() {
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (const auto value = processEnvironment(name)) return *value;
  }
  return "C";
}

}  // namespace

std::string systemName(std::string_view osRelease) {
  constexpr std::string_view kKey = "PRETTY_NAME=";
  std::istringstream lines{std::string(osRelease)};
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, kKey.size(), kKey) != 0) continue;
    std::string name = line.substr(kKey.size());
    if (name.size() >= 2 && name.front() == '"' && name.back() == '"') name = name.substr(1, name.size() - 2);
    if (!name.empty()) return name;
  }
  return "Linux";
}

schemas::Report::Environment readEnvironment(const SQLite::Database& store) {
  schemas::Report::Environment environment;
  environment.os = systemName(textOf("/etc/os-release"));
  environment.agentVersion = kVersion;
  environment.locale = locale();
  environment.timeZone = timeZone();
  SQLite::Statement source(store, "SELECT coalesce(input_source, '') FROM visit_v1 ORDER BY id DESC LIMIT 1");
  if (source.executeStep()) environment.inputSource = source.getColumn(0).getString();
  SQLite::Statement browser(store, "SELECT brand, version FROM browser ORDER BY brand, version");
  while (browser.executeStep()) {
    environment.browsers.push_back({browser.getColumn(0).getString(), browser.getColumn(1).getString()});
    addPolicies(environment.browsers.back());
  }
  return environment;
}

}  // namespace dwell::uploader
