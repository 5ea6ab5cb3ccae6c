#include "monitor/store/link_text.h"

#include <simdjson.h>
#include <sqlite3.h>

#include <algorithm>
#include <bit>

#include "base/gzip.h"
#include "schemas/json_text.h"

namespace dwell::monitor {
namespace {

namespace dom = simdjson::dom;
using schemas::FeatureRules;
using schemas::Features;
using schemas::JsonText;
using schemas::LinkTable;

/// Far above what 300 links with URLs of 2 kB take.
constexpr std::size_t kMaxText = 8U << 20U;

std::string columnsOf(const LinkTable& table) {
  std::uint32_t known = 0;
  for (const schemas::PageLink& link : table) known |= link.features.known();
  JsonText json;
  json.beginObject().key("url").beginArray();
  for (const schemas::PageLink& link : table) {
    link.url.empty() ? json.value(nullptr) : json.value(link.url);
  }
  json.endArray().key("features").beginArray();
  for (std::size_t place = 0; place < schemas::linkFeatureRules().size(); ++place) {
    json.beginArray();
    if ((known >> place & 1U) != 0) {
      for (const schemas::PageLink& link : table) json.value(link.features.get(place));
    }
    json.endArray();
  }
  return json.endArray().endObject().take();
}

/// The values of one feature; false: not what a store writes.
bool readColumn(dom::array values, std::size_t place, LinkTable& table) {
  if (values.size() == 0) return true;
  if (values.size() != table.size()) return false;
  auto link = table.begin();
  for (const dom::element value : values) {
    std::int64_t number = 0;
    const bool known = !value.is_null();
    if (known && (value.get_int64().get(number) != simdjson::SUCCESS ||
                  !setFeature(link->features, schemas::linkFeatureRules(), place, number))) {
      return false;
    }
    ++link;
  }
  return true;
}

bool readColumns(dom::element json, LinkTable& table) {
  dom::array urls, features;
  if (json["url"].get_array().get(urls) != simdjson::SUCCESS) return false;
  for (const dom::element url : urls) {
    std::string_view text;
    if (!url.is_null() && url.get_string().get(text) != simdjson::SUCCESS) return false;
    table.push_back({std::string(text), {}});
  }
  if (json["features"].get_array().get(features) != simdjson::SUCCESS) return false;
  std::size_t place = 0;
  for (const dom::element values : features) {
    dom::array column;
    if (place == schemas::linkFeatureRules().size()) return false;
    if (values.get_array().get(column) != simdjson::SUCCESS || !readColumn(column, place++, table))
      return false;
  }
  return true;
}

void linkRows(sqlite3_context* context, int, sqlite3_value** arguments) {
  const auto* const bytes = static_cast<const char*>(sqlite3_value_blob(arguments[0]));
  const auto size = static_cast<std::size_t>(sqlite3_value_bytes(arguments[0]));
  const auto table = unpackedLinks(bytes == nullptr ? std::string_view() : std::string_view(bytes, size));
  if (!table) return sqlite3_result_null(context);
  JsonText json;
  json.beginArray();
  for (const schemas::PageLink& link : *table) {
    json.beginArray();
    link.url.empty() ? json.value(nullptr) : json.value(link.url);
    for (std::size_t place = 0; place < schemas::linkFeatureRules().size(); ++place) {
      json.value(link.features.get(place));
    }
    json.endArray();
  }
  const std::string text = json.endArray().take();
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

}  // namespace

std::string packedLinks(const LinkTable& table) { return gzipPack(columnsOf(table)); }

Expected<LinkTable> unpackedLinks(std::string_view content) {
  const auto text = gzipUnpack(content, kMaxText);
  if (!text) return tl::unexpected<Error>(text.error());
  dom::parser parser;
  dom::element json;
  LinkTable table;
  if (parser.parse(*text).get(json) != simdjson::SUCCESS || !readColumns(json, table)) {
    return failure("not a table of links", "", "what Dwell's store writes");
  }
  return table;
}

std::optional<std::string> featureText(const Features& features, FeatureRules rules) {
  if (features.empty()) return std::nullopt;
  const auto end =
      std::min<std::size_t>(rules.size(), static_cast<std::size_t>(std::bit_width(features.known())));
  JsonText json;
  for (std::size_t place = 0; place < end; ++place) json.value(features.get(place));
  return json.take();
}

Features featuresFromText(std::string_view text, FeatureRules rules) {
  Features features;
  for (std::size_t place = 0; place < rules.size() && !text.empty(); ++place) {
    const std::string_view number = text.substr(0, text.find(','));
    text.remove_prefix(std::min(number.size() + 1, text.size()));
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
    if (error == std::errc() && end == number.data() + number.size()) {
      setFeature(features, rules, place, value);
    }
  }
  return features;
}

void addLinkRows(SQLite::Database& database) {
  const int result = sqlite3_create_function_v2(database.getHandle(), "link_rows", 1,
                                                SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_INNOCUOUS,
                                                nullptr, linkRows, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw SQLite::Exception(database.getHandle(), result);
}

}  // namespace dwell::monitor
