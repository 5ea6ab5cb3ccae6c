#include "monitor/store/earlier_visits.h"

#include <sqlite3.h>

#include <algorithm>
#include <functional>
#include <utility>

#include "base/database.h"
#include "base/statement.h"
#include "monitor/store/store_schema.h"
#include "monitor/store/text_ids.h"

namespace dwell::monitor {
namespace {

/// Reload, back_forward, restored and resumed bring back a page that was there.
const std::string kChosen = "access_type NOT IN (9, 10, 13, 16)";
constexpr std::int32_t kTypedDays = 30;

WallTime startOf(std::int32_t day, UtcOffset offset) { return WallTime(std::chrono::days(day)) - offset; }

}  // namespace

EarlierVisits::EarlierVisits(SQLite::Database database, const Run& run)
    : database_(std::make_unique<SQLite::Database>(std::move(database))),
      firstVisit_(run.firstVisit),
      today_(localDay(run.start, run.offset)),
      offset_(run.offset),
      url_(*database_, "SELECT id, first_day FROM url WHERE hash = ? AND text = ? AND first_day IS NOT NULL"),
      // From day to day by the key's order: a search for one URL on all days would read the whole table.
      days_(*database_,
            "WITH RECURSIVE d (day) AS (SELECT min(day) FROM page_day WHERE day >= ?2 "
            "UNION ALL SELECT (SELECT min(day) FROM page_day WHERE day > d.day) FROM d WHERE d.day < ?3) "
            "SELECT count(*), max(day) FROM d WHERE day < ?3 AND EXISTS (SELECT 1 FROM page_day AS p "
            "WHERE p.day = d.day AND p.url = ?1 AND p.visits > 0 AND " +
                kChosen + ")"),
      latest_(*database_,
              "SELECT max(start_ms) FROM visit WHERE url = ? AND id < ? AND start_ms >= ? AND start_ms < ? "
              "AND exit <> 100 AND " +
                  kChosen) {}

Expected<EarlierVisits> EarlierVisits::open(const std::filesystem::path& file, const Run& run) {
  auto database = openDatabaseForReading(file, storeSchema());
  if (!database) return tl::unexpected<Error>(database.error());
  // Each page is asked for once, by an agent that lives long.
  database->exec("PRAGMA cache_size = -128");
  return EarlierVisits(std::move(*database), run);
}

void EarlierVisits::hold() {
  if (sqlite3_get_autocommit(database_->getHandle()) != 0) database_->exec("BEGIN");
}

void EarlierVisits::release() {
  if (sqlite3_get_autocommit(database_->getHandle()) == 0) database_->exec("COMMIT");
}

std::optional<EarlierVisits::Url> EarlierVisits::find(const std::string& url) {
  hold();
  std::optional<Url> found;
  if (bound(url_, urlHash(url), url).executeStep())
    found = {url_.getColumn(0).getInt64(), url_.getColumn(1).getInt()};
  url_.reset();
  return found;
}

bool EarlierVisits::visitedBefore(const std::string& url, std::int32_t day) {
  const auto found = find(url);
  // A visit that begins now is the first of all: its end need not ask once more.
  if (!found) unknown_.put(std::hash<std::string>{}(url), 0);
  return found && found->firstDay < day;
}

std::optional<PageHistory> EarlierVisits::of(const std::string& url, const Forgotten& forgotten) {
  if (forgotten.visit == 0 && unknown_.find(std::hash<std::string>{}(url)) != nullptr) return std::nullopt;
  const auto found = find(url);
  if (!found) return std::nullopt;
  const std::int64_t id = found->id;
  const std::int64_t firstVisit = std::max(firstVisit_, forgotten.visit + 1);
  const std::int32_t today = std::max(today_, forgotten.day);

  PageHistory page;
  bound(days_, id, found->firstDay, today).executeStep();
  page.days = days_.getColumn(0).getInt64();
  page.lastDay = days_.getColumn(1).getInt();
  days_.reset();
  const auto latest = [&](std::int32_t day, WallTime until) {
    bound(latest_, id, firstVisit, startOf(day, offset_), until).executeStep();
    const auto start = optionalTime(latest_.getColumn(0));
    latest_.reset();
    return start;
  };
  if (const auto start = latest(today, WallTime::max())) return PageHistory{page.days + 1, today, *start};
  if (page.days == 0) return std::nullopt;
  // In another time zone the day began at another moment.
  constexpr Millis kZones = std::chrono::hours(26);
  page.lastStart = latest(page.lastDay, startOf(page.lastDay + 1, offset_) + kZones)
                       .value_or(startOf(page.lastDay, offset_));
  return page;
}

std::int64_t EarlierVisits::toTypedUrls() {
  SQLite::Statement sum(*database_,
                        "SELECT coalesce(sum(visits), 0) FROM page_day WHERE day > ?1 AND " + kChosen +
                            " AND url IN (SELECT url FROM page_day WHERE day > ?1 AND visits > 0 AND "
                            "access_type IN (1, 2))");
  bound(sum, today_ - kTypedDays).executeStep();
  return sum.getColumn(0).getInt64();
}

}  // namespace dwell::monitor
