#include "monitor/store/erasure_selection.h"

#include <SQLiteCpp/Exception.h>
#include <sqlite3.h>

#include <utility>

#include "base/url.h"

namespace dwell::monitor {
namespace {

bool isHostOrBelow(std::string_view host, std::string_view wanted) {
  if (host == wanted) return true;
  return host.size() > wanted.size() && host.substr(host.size() - wanted.size()) == wanted &&
         host[host.size() - wanted.size() - 1] == '.';
}

}  // namespace

ErasureSelection::ErasureSelection(Erasure erasure, UtcOffset offset, const std::optional<HashKey>& key)
    : erasure_(std::move(erasure)), offset_(offset) {
  if (key && erasure_.host) hash_ = keyedHashHex(*erasure_.host, *key);
}

bool ErasureSelection::holdsHost(std::string_view host) const {
  if (!erasure_.host || isHostOrBelow(host, *erasure_.host)) return true;
  // "<host>.<site>.invalid": Scope::kept(). The site's hash alone stands for the site as a whole.
  return !hash_.empty() && (host == hash_ || host.substr(0, hash_.size() + 1) == hash_ + "." ||
                            isHostOrBelow(host, hash_ + ".invalid"));
}

bool ErasureSelection::holdsUrl(std::string_view url) const { return holdsHost(url::host(url)); }

bool ErasureSelection::holdsDay(std::int32_t day) const {
  const DayRange& days = erasure_.days;
  return (!days.first || day >= *days.first) && (!days.last || day <= *days.last);
}

void ErasureSelection::addFunction(const SQLite::Database& database) const {
  const auto call = [](sqlite3_context* context, int, sqlite3_value** values) {
    const auto* selection = static_cast<const ErasureSelection*>(sqlite3_user_data(context));
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
    const auto bytes = static_cast<std::size_t>(sqlite3_value_bytes(values[0]));
    sqlite3_result_int(context, text != nullptr && selection->holdsUrl({text, bytes}) ? 1 : 0);
  };
  const int result = sqlite3_create_function_v2(
      database.getHandle(), "is_erased_url", 1, SQLITE_UTF8 | SQLITE_DIRECTONLY | SQLITE_DETERMINISTIC,
      const_cast<ErasureSelection*>(this), call, nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) throw SQLite::Exception(database.getHandle(), result);
}

std::string ErasureSelection::ofDay(const std::string& day) const {
  std::string sql = "true";
  if (erasure_.days.first) sql += " AND " + day + " >= " + std::to_string(*erasure_.days.first);
  if (erasure_.days.last) sql += " AND " + day + " <= " + std::to_string(*erasure_.days.last);
  return sql;
}

std::string ErasureSelection::ofUrl(const std::string& url) const {
  return erasure_.host ? url + " IN (SELECT id FROM url WHERE is_erased_url(text))" : "true";
}

std::string ErasureSelection::ofVisits() const {
  return ofUrl("v.url") + " AND " + ofDay("((v.start_ms + c.utc_offset_min * 60000) / 86400000)");
}

std::string ErasureSelection::ofPageDays() const { return ofUrl("d.url") + " AND " + ofDay("d.day"); }

std::string ErasureSelection::ofTime(const std::string& column) const {
  return ofDay("((" + column + " + " + std::to_string(offset_.count()) + " * 60000) / 86400000)");
}

}  // namespace dwell::monitor
