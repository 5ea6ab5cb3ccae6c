#pragma once

#include <SQLiteCpp/SQLiteCpp.h>

#include <cstdint>
#include <optional>

#include "monitor/record/page_history.h"
#include "monitor/tracker/first_days.h"

/// What tracker and recorder keep of every URL for ever, in temporary databases: a replay's memory does not
/// grow with the URLs of its trace. Threads: one each. They throw SQLite::Exception when there is no room.
namespace dwell::app {

class FirstDaysOnDisk final : public monitor::FirstDays {
 public:
  FirstDaysOnDisk();
  std::int32_t note(std::uint64_t urlHash, std::int32_t day) override;

 private:
  SQLite::Database database_;
  SQLite::Statement find_, put_;
};

class PageMemoryOnDisk final : public monitor::PageMemory {
 public:
  PageMemoryOnDisk();
  std::optional<monitor::PageHistory> find(std::uint64_t urlHash) override;
  bool keep(std::uint64_t urlHash, const monitor::PageHistory& page) override;

 private:
  SQLite::Database database_;
  SQLite::Statement find_, put_;
};

}  // namespace dwell::app
