#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
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

/// Which kinds of rows are kept. Each is narrower than the next: counts alone; visits, of whose URLs only the
/// origin is kept; visits with as much of their URLs as UrlDetail says.
enum class Level { kHistograms, kOrigins, kVisits };
std::string_view levelName(Level level);  ///< "histograms", "origins", "visits"

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
  Level level = Level::kVisits;
  UrlDetail urlDetail = UrlDetail::kWithoutQuery;
  std::vector<std::string> keepParameters;  ///< of the query, where the detail cuts it: names
  SearchWords searchWords = SearchWords::kOff;
  std::vector<std::string> include;  ///< empty: every page is in scope
  std::vector<std::string> exclude;
  /// More lists like `include`: a page in scope is in each of them, too. No file says them: they come of
  /// narrowing (monitor/record/terms.h).
  std::vector<std::vector<std::string>> includeToo;
  std::vector<PageGroup> pageGroups;
  std::optional<WallTime> end;         ///< nothing is recorded from then on
  bool stopped = false;                ///< of an experiment: nothing is recorded any more
  bool consentPerParticipant = false;  ///< on a shared machine each one agrees for themselves
  Millis uploadFirstAfter = std::chrono::seconds(60);
  Millis uploadInterval = std::chrono::minutes(30);
  std::int64_t outboxBytes = 100LL << 20;                  ///< of sealed reports that are kept
  std::optional<Millis> outboxAge;                         ///< of reports that wait; none: they wait for ever
  Millis uploadConnectTimeout = std::chrono::seconds(15);  ///< name, connection, TLS
  Millis uploadStallTimeout = std::chrono::seconds(30);    ///< without a byte either way
  Millis uploadTotalTimeout = std::chrono::seconds(300);   ///< one request and its answer
  LogLevel logLevel = LogLevel::kInfo;
  std::set<std::string> named;  ///< the keys that the file says ("scope.level"); the others are defaults
  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Errors: no TOML, an unknown key, a wrong type or value: `where` is "name:line".
Expected<Settings> parseSettings(std::string_view text, std::string_view name);

/// The same of an experiment's settings: the sections and keys of the file, as a JSON object of objects.
/// Errors: as above, with `where` "name".
Expected<Settings> parseSettingsJson(std::string_view json, std::string_view name);

/// The settings of `text` as parseSettingsJson() takes them. Errors: those of parseSettings().
Expected<std::string> settingsAsJson(std::string_view text, std::string_view name);

/// Settings of `file`; the defaults if it does not exist. Errors: as above, and a file that can't be read.
Expected<Settings> readSettings(const std::filesystem::path& file);

/// A configuration file in which every key stands explained, with its default, commented out.
std::string_view defaultConfigText();

}  // namespace dwell
