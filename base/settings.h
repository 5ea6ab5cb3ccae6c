#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"

namespace dwell {

/// How much of a URL is kept (section 7). User, password and fragment are always cut. kKeyedHash: hashes of
/// what kWithoutQuery keeps.
enum class UrlDetail { kFull, kWithoutQuery, kOrigin, kKeyedHash };
std::string_view urlDetailName(UrlDetail detail);  ///< "full", "without_query", "origin", "keyed_hash"

/// What is kept of the words of a search. A consent item of their own.
enum class SearchWords { kOff, kKeyedHash, kFull };
std::string_view searchWordsName(SearchWords words);  ///< "off", "keyed_hash", "full"

enum class LogLevel { kDebug, kInfo, kWarning, kError };

/// Pages whose histograms are kept apart as well.
struct PageGroup {
  std::string name;
  std::vector<std::string> patterns;
  friend bool operator==(const PageGroup&, const PageGroup&) = default;
};

/// What config.toml can say; defaultConfigText() explains each. A value, the same for every program.
struct Settings {
  Millis idleThreshold = std::chrono::seconds(15);
  Millis sessionPause = std::chrono::minutes(30);
  UrlDetail urlDetail = UrlDetail::kWithoutQuery;
  std::vector<std::string> keepParameters;  ///< of the query, where the detail cuts it: names
  SearchWords searchWords = SearchWords::kOff;
  std::vector<std::string> include;  ///< empty: every page is in scope
  std::vector<std::string> exclude;
  std::vector<PageGroup> pageGroups;
  Millis uploadFirstAfter = std::chrono::seconds(60);
  Millis uploadInterval = std::chrono::minutes(30);
  LogLevel logLevel = LogLevel::kInfo;
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Errors: no TOML, an unknown key, a wrong type or value: `where` is "name:line".
Expected<Settings> parseSettings(std::string_view text, std::string_view name);

/// Settings of `file`; the defaults if it does not exist. Errors: as above, and a file that can't be read.
Expected<Settings> readSettings(const std::filesystem::path& file);

/// A configuration file in which every key stands explained, with its default, commented out.
std::string_view defaultConfigText();

}  // namespace dwell
