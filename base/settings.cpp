#include "base/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <initializer_list>
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

std::string listed(std::initializer_list<std::string_view> words) {
  std::string text;
  for (const auto word : words) text += (text.empty() ? "" : ", ") + std::string(word);
  return text;
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

  void fail(const toml::source_region& source, std::string what, std::string expected) {
    const auto line = source.begin.line;
    if (error_ && firstLine_ <= line) return;
    firstLine_ = line;
    error_ = Error{std::move(what), name_ + ":" + std::to_string(line), std::move(expected)};
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
  reader.allow(table, "scope", {"url_detail", "keep_parameters", "search_words", "include", "exclude"});
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

void readUpload(Reader& reader, const toml::table& table, Settings& settings) {
  reader.allow(table, "upload", {"first_after_s", "interval_min"});
  if (const auto first = reader.integer(table, "upload", "first_after_s", kFirstAfterS)) {
    settings.uploadFirstAfter = std::chrono::seconds(*first);
  }
  if (const auto interval = reader.integer(table, "upload", "interval_min", kIntervalMin)) {
    settings.uploadInterval = std::chrono::minutes(*interval);
  }
}

}  // namespace

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
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return failure("no valid TOML: " + std::string(error.description()),
                   std::string(name) + ":" + std::to_string(error.source().begin.line));
  }
  Settings settings;
  Reader reader(name);
  reader.allow(root, "", {"measure", "scope", "page_groups", "upload", "log"});
  if (const auto* table = reader.section(root, "measure")) readMeasure(reader, *table, settings);
  if (const auto* table = reader.section(root, "scope")) readScope(reader, *table, settings);
  if (const auto* table = reader.section(root, "page_groups")) readPageGroups(reader, *table, settings);
  if (const auto* table = reader.section(root, "upload")) readUpload(reader, *table, settings);
  if (const auto* table = reader.section(root, "log")) {
    reader.allow(*table, "log", {"level"});
    reader.choice(*table, "log", "level", kLogLevels, settings.logLevel);
  }
  if (reader.error()) return tl::unexpected<Error>(*reader.error());
  return settings;
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

std::string_view defaultConfigText() {
  return R"(# Dwell's settings. Every key stands here with its default; remove the "# " of a line to change it.
# A pattern is a URL in which * stands for any text: "https://shop.example/cart*", "https://*.example/*" (the
# hosts below a domain and the domain itself), "shop.example" (all its pages, http and https).

[measure]
# Without input for this many seconds a page no longer counts as actively used.
# One of 1 2 3 5 10 15 30 60 120 180 300 900. All of them are recorded; this one is shown and reported first.
# idle_threshold_s = 15
# A pause of this many minutes ends a session.
# session_pause_min = 30

[scope]
# How much of a URL is kept: "full", "without_query", "origin" or "keyed_hash" (hashes of site, host and of what
# "without_query" keeps; their key is in the file hash.key beside the store). User, password and #fragment are
# always cut. Unless all is kept, parts of the path that look like e-mail addresses or tokens are [masked].
# url_detail = "without_query"
# Parameters of the query that are kept where the rest of it is cut: ["variant"].
# keep_parameters = []
# What is kept of the words of a search: "off", "keyed_hash" or "full". A full URL has them in its query.
# search_words = "off"
# Pages that are recorded; with none named, all are.
# include = []
# Pages that are not recorded, even if they are included. Only their total of attention is kept.
# exclude = []

[page_groups]
# Groups of pages that get histograms of their own, by name. Every page is in the group "all" as well:
# checkout = ["https://shop.example/cart*", "https://shop.example/pay*"]

[upload]
# The first report goes this many seconds after the start, later ones with this many minutes between.
# first_after_s = 60
# interval_min = 30

[log]
# "debug", "info", "warning" or "error".
# level = "info"
)";
}

}  // namespace dwell
