#include "monitor/store/text_ids.h"

#include "base/statement.h"

namespace dwell::monitor {
namespace {

/// URLs seen lately; beyond this all are forgotten at once, which costs one look-up each.
constexpr std::size_t kRememberedUrls = 1'000;

}  // namespace

std::int32_t urlHash(std::string_view text) {
  std::uint32_t hash = 2'166'136'261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619u;
  return static_cast<std::int32_t>(hash & 0xFF'FFFF) - 0x80'0000;
}

TextIds::TextIds(const SQLite::Database& database)
    : database_(database),
      findUrl_(database, "SELECT id, first_day FROM url WHERE hash = ? AND text = ?"),
      addUrl_(database, "INSERT INTO url (hash, text, first_day) VALUES (?, ?, ?)"),
      setFirstDay_(database, "UPDATE url SET first_day = ? WHERE id = ?"),
      findTerm_(database, "SELECT id FROM term WHERE text = ?"),
      addTerm_(database, "INSERT INTO term (text) VALUES (?)"),
      findContext_(
          database,
          "SELECT id FROM visit_context WHERE browser = ? AND input_source IS ? AND participant IS ? "
          "AND utc_offset_min = ? AND tab_opened_by = ?"),
      addContext_(database,
                  "INSERT INTO visit_context (browser, input_source, participant, utc_offset_min, "
                  "tab_opened_by) VALUES (?, ?, ?, ?, ?)"),
      findSeries_(database, "SELECT id FROM histogram_series WHERE name = ? AND page_group = ?"),
      addSeries_(database, "INSERT INTO histogram_series (name, page_group) VALUES (?, ?)") {}

template <class... Values>
std::int64_t TextIds::findOrAdd(SQLite::Statement& find, SQLite::Statement& add, const Values&... values) {
  const bool found = bound(find, values...).executeStep();
  const std::int64_t id = found ? find.getColumn(0).getInt64() : 0;
  find.reset();
  if (found) return id;
  execute(add, values...);
  return database_.getLastInsertRowid();
}

TextIds::Url& TextIds::knownUrl(const std::string& text, const std::optional<std::int32_t>& firstDay,
                                bool& isNew) {
  if (const auto known = urls_.find(text); known != urls_.end()) return known->second;
  if (urls_.size() >= kRememberedUrls) urls_.clear();
  Url url;
  const std::int32_t hash = urlHash(text);
  isNew = !bound(findUrl_, hash, text).executeStep();
  if (!isNew) {
    url.id = findUrl_.getColumn(0).getInt64();
    if (!findUrl_.isColumnNull(1)) url.firstDay = findUrl_.getColumn(1).getInt();
  }
  findUrl_.reset();
  if (isNew) {
    execute(addUrl_, hash, text, firstDay);
    url = {database_.getLastInsertRowid(), firstDay};
  }
  return urls_[text] = url;
}

std::int64_t TextIds::url(const std::string& text) {
  bool isNew = false;
  return knownUrl(text, std::nullopt, isNew).id;
}

TextIds::VisitedUrl TextIds::visitedUrl(const std::string& text, std::int32_t day) {
  bool isNew = false;
  Url& url = knownUrl(text, day, isNew);
  const bool first = isNew || !url.firstDay;
  if (first || day < *url.firstDay) {
    if (!isNew) execute(setFirstDay_, day, url.id);
    url.firstDay = day;
  }
  return {url.id, first};
}

std::int64_t TextIds::term(const std::string& text) {
  if (const auto known = terms_.find(text); known != terms_.end()) return known->second;
  return terms_[text] = findOrAdd(findTerm_, addTerm_, text);
}

std::int64_t TextIds::context(const VisitContext& c) {
  if (const auto known = contexts_.find(c); known != contexts_.end()) return known->second;
  return contexts_[c] = findOrAdd(findContext_, addContext_, c.browser, c.inputSource, c.participant,
                                  c.utcOffsetMin, c.tabOpenedBy);
}

std::int64_t TextIds::series(const std::string& name, const std::string& group) {
  const std::string key = name + '\n' + group;
  if (const auto known = series_.find(key); known != series_.end()) return known->second;
  return series_[key] = findOrAdd(findSeries_, addSeries_, name, group);
}

void TextIds::forget() {
  urls_.clear();
  terms_.clear();
  series_.clear();
  contexts_.clear();
}

}  // namespace dwell::monitor
