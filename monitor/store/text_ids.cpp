#include "monitor/store/text_ids.h"

#include "base/statement.h"

namespace dwell::monitor {
namespace {

/// URLs seen lately; beyond this all are forgotten at once, which costs one look-up each.
constexpr std::size_t kRememberedUrls = 1'000;

}  // namespace

std::uint32_t urlHash(std::string_view text) {
  std::uint32_t hash = 2'166'136'261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619u;
  return hash;
}

TextIds::TextIds(const SQLite::Database& database)
    : findUrl_(database, "SELECT id FROM url WHERE hash = ? AND text = ?"),
      addUrl_(database, "INSERT INTO url (hash, text) VALUES (?, ?)"),
      findTerm_(database, "SELECT id FROM term WHERE text = ?"),
      addTerm_(database, "INSERT INTO term (text) VALUES (?)"),
      findSeries_(database, "SELECT id FROM histogram_series WHERE name = ? AND page_group = ?"),
      addSeries_(database, "INSERT INTO histogram_series (name, page_group) VALUES (?, ?)"),
      lastId_(database, "SELECT last_insert_rowid()") {}

template <class... Values>
std::int64_t TextIds::findOrAdd(SQLite::Statement& find, SQLite::Statement& add, const Values&... values) {
  const bool found = bound(find, values...).executeStep();
  if (!found) execute(add, values...);
  SQLite::Statement& holder = found ? find : bound(lastId_);
  if (!found) holder.executeStep();
  const std::int64_t id = holder.getColumn(0).getInt64();
  holder.reset();
  return id;
}

std::int64_t TextIds::url(const std::string& text) {
  if (const auto known = urls_.find(text); known != urls_.end()) return known->second;
  if (urls_.size() >= kRememberedUrls) urls_.clear();
  return urls_[text] = findOrAdd(findUrl_, addUrl_, urlHash(text), text);
}

std::int64_t TextIds::term(const std::string& text) {
  if (const auto known = terms_.find(text); known != terms_.end()) return known->second;
  return terms_[text] = findOrAdd(findTerm_, addTerm_, text);
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
}

}  // namespace dwell::monitor
