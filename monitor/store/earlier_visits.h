#pragma once

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/recent_map.h"
#include "base/time.h"
#include "monitor/record/page_history.h"

namespace dwell::monitor {

/// What the store knows of URLs, for revisits and for the histograms of History. On a connection of its own.
/// What it has once been asked keeps it on that moment's state of the store until release(): half of what a
/// look-up costs is to begin and to end the reading. Threads: one at a time. Errors: throws SQLite::Exception
/// when the file is broken.
class EarlierVisits {
 public:
  /// The run that begins now, with visit number `firstVisit`, is not earlier. `offset`: local time.
  struct Run {
    std::int64_t firstVisit = 1;
    WallTime start;
    UtcOffset offset{};
  };
  static Expected<EarlierVisits> open(const std::filesystem::path& file, const Run& run);

  /// Whether `url`, as the store keeps it, was visited on a local day before `day`, also by this run.
  bool visitedBefore(const std::string& url, std::int32_t day);

  /// `url` as the store keeps it, of earlier runs and of what is forgotten of this one. Days count from the
  /// sums per day, so that those on which it only redirected are among them.
  std::optional<PageHistory> of(const std::string& url, const Forgotten& forgotten = {});

  /// To be called before each batch is written: the next look-up sees what was written by then.
  void release();

  /// Visits that began on the last 30 local days, today included, to URLs that were typed, in full or
  /// completed, in that time. Reloads, ways back and forth, restored and resumed pages are left out.
  std::int64_t toTypedUrls();

 private:
  EarlierVisits(SQLite::Database database, const Run& run);
  struct Url {
    std::int64_t id = 0;
    std::int32_t firstDay = 0;
  };
  void hold();
  /// None: never visited.
  std::optional<Url> find(const std::string& url);

  std::unique_ptr<SQLite::Database> database_;
  std::int64_t firstVisit_;
  std::int32_t today_;
  UtcOffset offset_;
  SQLite::Statement url_, days_, latest_;
  RecentMap<char, 250> unknown_;  ///< by hash: URLs of which visitedBefore() found nothing
};

}  // namespace dwell::monitor
