#include "base/settings.h"

#include "base/retention_settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>
#include <utility>

namespace dwell {
namespace {

constexpr std::array<std::pair<UrlDetail, std::string_view>, 4> kUrlDetails = {
    {{UrlDetail::kFull, "full"},
     {UrlDetail::kWithoutQuery, "without_query"},
     {UrlDetail::kOrigin, "origin"},
     {UrlDetail::kKeyedHash, "keyed_hash"}}};
constexpr std::array<std::pair<SearchWords, std::string_view>, 3> kSearchWords = {
    {{SearchWords::kOff, "off"}, {SearchWords::kKeyedHash, "keyed_hash"}, {SearchWords::kFull, "full"}}};
constexpr std::array<std::pair<Level, std::string_view>, 3> kLevels = {
    {{Level::kHistograms, "histograms"}, {Level::kOrigins, "origins"}, {Level::kVisits, "visits"}}};
constexpr std::array<std::pair<LogLevel, std::string_view>, 4> kLogLevels = {{{LogLevel::kDebug, "debug"},
                                                                              {LogLevel::kInfo, "info"},
                                                                              {LogLevel::kWarning, "warning"},
                                                                              {LogLevel::kError, "error"}}};
/// The edges of the input age buckets (section 5.3): active time is exact at these only.
constexpr std::array<std::int64_t, 12> kIdleThresholdsS = {1, 2, 3, 5, 10, 15, 30, 60, 120, 180, 300, 900};

struct Range {
  std::int64_t low, high;
};
constexpr Range kSessionPauseMin = {1, 1'440};
constexpr Range kFirstAfterS = {1, 86'400};
constexpr Range kIntervalMin = {1, 1'440};
constexpr Range kOutboxMegabytes = {1, 100'000};
constexpr Range kOutboxDays = {0, 3'650};
constexpr Range kTimeoutS = {1, 3'600};

std::string listed(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
}

/// Digits of `text` from `at` on, `count` of them; -1 if they are not all digits.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int number = 0;
  for (const char c : text.substr(at, count)) {
    if (c < '0' || c > '9') return -1;
    number = 10 * number + (c - '0');
  }
  return number;
}

std::optional<WallTime> momentOf(std::string_view text) {
  const bool whole = text.size() == 20;
  if ((!whole && text.size() != 10) || text[4] != '-' || text[7] != '-') return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(digits(text, 0, 4)),
                                         std::chrono::month(static_cast<unsigned>(digits(text, 5, 2))),
                                         std::chrono::day(static_cast<unsigned>(digits(text, 8, 2))));
  if (digits(text, 0, 4) < 1970 || !date.ok()) return std::nullopt;
  const WallTime day(std::chrono::sys_days(date).time_since_epoch());
  if (!whole) return day + std::chrono::days(1);
  const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
  if (text[10] != 'T' || text[13] != ':' || text[16] != ':' || text[19] != 'Z' || hour < 0 || hour > 23 ||
      minute < 0 || minute > 59 || second < 0 || second > 59)
    return std::nullopt;
  return day + std::chrono::hours(hour) + std::chrono::minutes(minute) + std::chrono::seconds(second);
}

/// Reads values out of the parsed file and remembers the first fault.
class Reader {
 public:
  explicit Reader(std::string_view name) : name_(name) {}

  void allow(const toml::table& table, const std::string& section,
             std::initializer_list<std::string_view> keys) {
    for (const auto& [key, value] : table) {
      if (std::find(keys.begin(), keys.end(), key.str()) != keys.end()) continue;
      const std::string what = section.empty() && value.is_table() ? "unknown section [" : "unknown key ";
      fail(key.source(), what + qualified(section, key.str()) + (what.back() == '[' ? "]" : ""),
           "one of " + listed(keys));
    }
  }

  const toml::table* section(const toml::table& root, std::string_view key) {
    const toml::node* node = root.get(key);
    if (node == nullptr || node->is_table()) return node == nullptr ? nullptr : node->as_table();
    fail(node->source(), std::string(key) + " is no section", "[" + std::string(key) + "]");
    return nullptr;
  }

  std::optional<std::int64_t> integer(const toml::table& table, const std::string& section,
                                      std::string_view key, Range range) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return std::nullopt;
    const auto* value = node->as_integer();
    if (value != nullptr && value->get() >= range.low && value->get() <= range.high) return value->get();
    fail(node->source(), qualified(section, key) + (value ? " is out of range" : " is no whole number"),
         "a whole number from " + std::to_string(range.low) + " to " + std::to_string(range.high));
    return std::nullopt;
  }

  void idleThreshold(const toml::table& table, Millis& result) {
    const toml::node* node = table.get("idle_threshold_s");
    if (node == nullptr) return;
    const auto* value = node->as_integer();
    if (value != nullptr &&
        std::find(kIdleThresholdsS.begin(), kIdleThresholdsS.end(), value->get()) != kIdleThresholdsS.end()) {
      result = std::chrono::seconds(value->get());
      return;
    }
    std::string expected = "one of";
    for (const auto seconds : kIdleThresholdsS) expected += " " + std::to_string(seconds);
    fail(node->source(),
         std::string("measure.idle_threshold_s is ") + (value ? "none of the edges" : "no whole number"),
         expected);
  }

  template <class Enum, std::size_t N>
  void choice(const toml::table& table, const std::string& section, std::string_view key,
              const std::array<std::pair<Enum, std::string_view>, N>& names, Enum& result) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    std::string expected = "one of";
    for (const auto& [value, name] : names) {
      if (const auto* text = node->as_string(); text != nullptr && text->get() == name) {
        result = value;
        return;
      }
      expected += " \"" + std::string(name) + "\"";
    }
    fail(node->source(), qualified(section, key) + " has a value that is not known", expected);
  }

  std::vector<std::string> patterns(const toml::node& node, const std::string& key) {
    std::vector<std::string> result;
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      fail(node.source(), key + " is no list", "[\"pattern\", …]");
      return result;
    }
    for (const toml::node& entry : *list) {
      if (const auto* text = entry.as_string(); text != nullptr && !text->get().empty()) {
        result.push_back(text->get());
      } else {
        fail(entry.source(), key + " has an entry that is no pattern", "a text that is not empty");
      }
    }
    return result;
  }

  /// Names of parameters of a query, as they stand in one.
  std::vector<std::string> parameters(const toml::node& node, const std::string& key) {
    std::vector<std::string> result;
    const toml::array* list = node.as_array();
    if (list == nullptr) {
      fail(node.source(), key + " is no list", "[\"name\", …]");
      return result;
    }
    for (const toml::node& entry : *list) {
      const auto* text = entry.as_string();
      if (text != nullptr && !text->get().empty() &&
          text->get().find_first_of("&=?#/ ") == std::string::npos) {
        result.push_back(text->get());
      } else {
        fail(entry.source(), key + " has an entry that is no parameter's name",
             "a name as it stands in a query, without & = ? # / and space");
      }
    }
    return result;
  }

  void yesOrNo(const toml::table& table, const std::string& section, std::string_view key, bool& result) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    if (const auto* value = node->as_boolean()) {
      result = value->get();
    } else {
      fail(node->source(), qualified(section, key) + " is neither true nor false", "true or false");
    }
  }

  /// "2026-12-31" is the end of that day, "2026-12-31T18:00:00Z" a moment; both UTC.
  void moment(const toml::table& table, const std::string& section, std::string_view key,
              std::optional<WallTime>& result) {
    const toml::node* node = table.get(key);
    if (node == nullptr) return;
    if (const auto* text = node->as_string()) {
      result = momentOf(text->get());
      if (result || text->get().empty()) return;
    }
    fail(node->source(), qualified(section, key) + " is no day or moment",
         R"("2026-12-31" (to its end) or "2026-12-31T18:00:00Z", UTC; "" for no end)");
  }

  void fail(const toml::source_region& source, std::string what, std::string expected) {
    const auto line = source.begin.line;
    if (error_ && firstLine_ <= line) return;
    firstLine_ = line;
    const std::string place = line > 0 ? ":" + std::to_string(line) : std::string();
    error_ = Error{std::move(what), name_ + place, std::move(expected)};
  }

  const std::optional<Error>& error() const { return error_; }

  static std::string qualified(const std::string& section, std::string_view key) {
    return section.empty() ? std::string(key) : section + "." + std::string(key);
  }

 private:
  std::string name_;
  std::optional<Error> error_;
  toml::source_index firstLine_ = 0;
};

void readMeasure(Reader& reader, const toml::table& table, Settings& settings) {
  reader.allow(table, "measure", {"idle_threshold_s", "session_pause_min"});
  reader.idleThreshold(table, settings.idleThreshold);
  if (const auto pause = reader.integer(table, "measure", "session_pause_min", kSessionPauseMin)) {
    settings.sessionPause = std::chrono::minutes(*pause);
  }
}

void readScope(Reader& reader, const toml::table& table, Settings& settings) {
  reader.allow(table, "scope",
               {"level", "url_detail", "keep_parameters", "search_words", "include", "exclude"});
  reader.choice(table, "scope", "level", kLevels, settings.level);
  reader.choice(table, "scope", "url_detail", kUrlDetails, settings.urlDetail);
  reader.choice(table, "scope", "search_words", kSearchWords, settings.searchWords);
  if (const auto* names = table.get("keep_parameters"))
    settings.keepParameters = reader.parameters(*names, "scope.keep_parameters");
  if (const auto* include = table.get("include"))
    settings.include = reader.patterns(*include, "scope.include");
  if (const auto* exclude = table.get("exclude"))
    settings.exclude = reader.patterns(*exclude, "scope.exclude");
}

void readPageGroups(Reader& reader, const toml::table& table, Settings& settings) {
  for (const auto& [key, value] : table) {
    if (key.str() == "all") {
      reader.fail(key.source(), "page_groups.all can't be set: every page is in it", "another name");
      continue;
    }
    settings.pageGroups.push_back(
        {std::string(key.str()), reader.patterns(value, Reader::qualified("page_groups", key.str()))});
  }
}

void readExperiment(Reader& reader, const toml::table& table, Settings& settings) {
  reader.allow(table, "experiment", {"end", "stopped", "consent_per_participant"});
  reader.moment(table, "experiment", "end", settings.end);
  reader.yesOrNo(table, "experiment", "stopped", settings.stopped);
  reader.yesOrNo(table, "experiment", "consent_per_participant", settings.consentPerParticipant);
}

void readUpload(Reader& reader, const toml::table& table, Settings& settings) {
  reader.allow(table, "upload",
               {"first_after_s", "interval_min", "outbox_megabytes", "outbox_days", "connect_timeout_s",
                "stall_timeout_s", "total_timeout_s"});
  if (const auto first = reader.integer(table, "upload", "first_after_s", kFirstAfterS)) {
    settings.uploadFirstAfter = std::chrono::seconds(*first);
  }
  if (const auto interval = reader.integer(table, "upload", "interval_min", kIntervalMin)) {
    settings.uploadInterval = std::chrono::minutes(*interval);
  }
  if (const auto megabytes = reader.integer(table, "upload", "outbox_megabytes", kOutboxMegabytes)) {
    settings.outboxBytes = *megabytes << 20;
  }
  if (const auto days = reader.integer(table, "upload", "outbox_days", kOutboxDays); days && *days > 0) {
    settings.outboxAge = std::chrono::days(*days);
  }
  const auto timeout = [&](std::string_view key, Millis& result) {
    if (const auto seconds = reader.integer(table, "upload", key, kTimeoutS)) {
      result = std::chrono::seconds(*seconds);
    }
  };
  timeout("connect_timeout_s", settings.uploadConnectTimeout);
  timeout("stall_timeout_s", settings.uploadStallTimeout);
  timeout("total_timeout_s", settings.uploadTotalTimeout);
}

Expected<Settings> settingsOf(const toml::table& root, std::string_view name) {
  Settings settings;
  Reader reader(name);
  reader.allow(root, "", {"measure", "scope", "page_groups", "experiment", "upload", "retention", "log"});
  if (const auto* table = reader.section(root, "measure")) readMeasure(reader, *table, settings);
  if (const auto* table = reader.section(root, "scope")) readScope(reader, *table, settings);
  if (const auto* table = reader.section(root, "page_groups")) readPageGroups(reader, *table, settings);
  if (const auto* table = reader.section(root, "experiment")) readExperiment(reader, *table, settings);
  if (const auto* table = reader.section(root, "upload")) readUpload(reader, *table, settings);
  if (const auto* table = reader.section(root, "retention")) {
    // Their values are for base/retention_settings.h; that they are right is for everybody.
    reader.allow(*table, "retention", {"days", "megabytes"});
    reader.integer(*table, "retention", "days", {0, kMostRetentionDays});
    reader.integer(*table, "retention", "megabytes", {0, kMostRetentionMegabytes});
  }
  if (const auto* table = reader.section(root, "log")) {
    reader.allow(*table, "log", {"level"});
    reader.choice(*table, "log", "level", kLogLevels, settings.logLevel);
  }
  if (reader.error()) return tl::unexpected<Error>(*reader.error());
  for (const auto& [section, node] : root) {
    for (const auto& [key, value] : *node.as_table())
      settings.named.insert(std::string(section.str()) + "." + std::string(key.str()));
  }
  return settings;
}

Expected<toml::table> parseToml(std::string_view text, std::string_view name) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return failure("no valid TOML: " + std::string(error.description()),
                   std::string(name) + ":" + std::to_string(error.source().begin.line));
  }
}

using Json = nlohmann::json;

/// What settings are made of: texts, whole numbers, yes and no, lists of texts. Nothing for other values.
template <class Add>
bool addTo(const Json& value, const Add& add) {
  if (value.is_string()) {
    add(value.get<std::string>());
  } else if (value.is_boolean()) {
    add(value.get<bool>());
  } else if (value.is_number_integer()) {
    add(value.get<std::int64_t>());
  } else {
    return false;
  }
  return true;
}

bool addSection(const Json& section, toml::table& table) {
  for (const auto& [key, value] : section.items()) {
    const auto insert = [&table, &name = key](auto entry) { table.insert(name, std::move(entry)); };
    if (!value.is_array()) {
      if (!addTo(value, insert)) return false;
      continue;
    }
    toml::array list;
    for (const auto& entry : value) {
      if (!addTo(entry, [&list](auto single) { list.push_back(std::move(single)); })) return false;
    }
    table.insert(key, std::move(list));
  }
  return true;
}

}  // namespace

std::string_view levelName(Level level) {
  for (const auto& [value, name] : kLevels) {
    if (value == level) return name;
  }
  return {};
}

std::string_view urlDetailName(UrlDetail detail) {
  for (const auto& [value, name] : kUrlDetails) {
    if (value == detail) return name;
  }
  return {};
}

std::string_view searchWordsName(SearchWords words) {
  for (const auto& [value, name] : kSearchWords) {
    if (value == words) return name;
  }
  return {};
}

Expected<Settings> parseSettings(std::string_view text, std::string_view name) {
  const auto root = parseToml(text, name);
  if (!root) return tl::unexpected<Error>(root.error());
  return settingsOf(*root, name);
}

Expected<Settings> parseSettingsJson(std::string_view json, std::string_view name) {
  const Json document = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  toml::table root;
  bool understood = document.is_object();
  for (auto section = document.begin(); understood && section != document.end(); ++section) {
    toml::table table;
    understood = section->is_object() && addSection(*section, table);
    if (understood) root.insert(section.key(), std::move(table));
  }
  if (!understood)
    return failure("these are no settings", std::string(name),
                   "a JSON object with an object for each section");
  return settingsOf(root, name);
}

Expected<std::string> settingsAsJson(std::string_view text, std::string_view name) {
  const auto root = parseToml(text, name);
  if (!root) return tl::unexpected<Error>(root.error());
  if (const auto settings = settingsOf(*root, name); !settings)
    return tl::unexpected<Error>(settings.error());
  std::ostringstream json;
  json << toml::json_formatter(*root);
  return Json::parse(json.str()).dump();
}

Expected<Settings> readSettings(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file)) return Settings{};
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in.is_open() || text.bad() || std::filesystem::is_directory(file)) {
    return failure("cannot be read", file.string(), "a text file of the same user");
  }
  return parseSettings(text.str(), file.string());
}

}  // namespace dwell
