#include "app/ctl/url_memory.h"

#include <algorithm>

#include "app/ctl/temporary_database.h"

namespace dwell::app {
namespace {

/// SQLite's integers are signed.
std::int64_t key(std::uint64_t urlHash) { return static_cast<std::int64_t>(urlHash); }

}  // namespace

FirstDaysOnDisk::FirstDaysOnDisk()
    : database_(temporaryDatabase("CREATE TABLE url(hash INTEGER PRIMARY KEY, day INTEGER NOT NULL) STRICT")),
      find_(database_, "SELECT day FROM url WHERE hash = ?"),
      put_(database_, "INSERT OR REPLACE INTO url(hash, day) VALUES(?, ?)") {}

std::int32_t FirstDaysOnDisk::note(std::uint64_t urlHash, std::int32_t day) {
  find_.reset();
  find_.bind(1, key(urlHash));
  if (find_.executeStep()) {
    const std::int32_t first = find_.getColumn(0).getInt();
    if (first <= day) return first;
  }
  find_.reset();
  put_.reset();
  put_.bind(1, key(urlHash));
  put_.bind(2, day);
  put_.exec();
  return day;
}

PageMemoryOnDisk::PageMemoryOnDisk()
    : database_(temporaryDatabase("CREATE TABLE url(hash INTEGER PRIMARY KEY, days INTEGER NOT NULL, "
                                  "last_day INTEGER NOT NULL, last_start_ms INTEGER NOT NULL) STRICT")),
      find_(database_, "SELECT days, last_day, last_start_ms FROM url WHERE hash = ?"),
      put_(database_, "INSERT OR REPLACE INTO url(hash, days, last_day, last_start_ms) VALUES(?, ?, ?, ?)") {}

std::optional<monitor::PageHistory> PageMemoryOnDisk::find(std::uint64_t urlHash) {
  find_.reset();
  find_.bind(1, key(urlHash));
  if (!find_.executeStep()) return std::nullopt;
  monitor::PageHistory page;
  page.days = find_.getColumn(0).getInt64();
  page.lastDay = find_.getColumn(1).getInt();
  page.lastStart = wallTime(find_.getColumn(2).getInt64());
  return page;
}

bool PageMemoryOnDisk::keep(std::uint64_t urlHash, const monitor::PageHistory& page) {
  find_.reset();
  put_.reset();
  put_.bind(1, key(urlHash));
  put_.bind(2, page.days);
  put_.bind(3, page.lastDay);
  put_.bind(4, toMs(page.lastStart));
  put_.exec();
  return false;
}

}  // namespace dwell::app
