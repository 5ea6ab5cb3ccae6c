#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "base/error.h"
#include "base/paths.h"
#include "base/settings.h"
#include "base/time.h"
#include "monitor/store/page_rows.h"

namespace dwell::monitor {

/// What to erase: a site, a period, a site's visits of a period; neither: everything that was measured.
struct Erasure {
  std::optional<std::string> host;  ///< in lower case; the hosts below it, too
  DayRange days;                    ///< local days on which it began

  bool ofPeriod() const { return days.first || days.last; }
  bool everything() const { return !host && !ofPeriod(); }
  friend bool operator==(const Erasure& a, const Erasure& b) {
    return a.host == b.host && a.days.first == b.days.first && a.days.last == b.days.last;
  }
};

/// `host` as a person types it, or a URL; `first` and `last` as days since 1970-01-01.
/// Errors: no host, a last day before the first.
Expected<Erasure> erasureOf(const std::optional<std::string>& host, const DayRange& days);

/// What was, or would be, erased. Reports: whose bytes are gone or were sealed anew.
struct Erased {
  std::int64_t visits = 0, urls = 0, sessions = 0, trajectories = 0, searches = 0, marks = 0, reports = 0;
  bool compacted = true;  ///< false: bytes were overwritten, but the file could not be made smaller yet
};

/// What erasing needs to know beside what to erase.
struct ErasureFrame {
  Settings settings;   ///< idle threshold and page groups, as they were when it was recorded
  UtcOffset offset{};  ///< local time of what does not keep its own
  WallTime now;
};

/// Erases out of the store in `paths`, and out of sealed reports there: what waits is sealed anew without it,
/// or dropped where it may have reached the collector already; of what was sent, id, time and digest stay.
/// Histograms: the days of a period go; of a site, what its visits have added, where a visit tells that
/// (schemas/histograms.json, `from` visit, session, trajectory). What an erasure changes is not reported
/// again. Damaged stores that were set aside go altogether: nothing can be picked out of them.
/// The file is rewritten (VACUUM) and its WAL cut, so that no byte is left in the data folder.
///
/// The wish is kept in a file beside the store until it is done: after a kill completeErasure() goes on.
/// The caller holds Paths::agentLock() and has no other connection to the store.
/// Errors: an upload is under way, a store of another version. Throws SQLite::Exception and std::system_error
/// when the disk is broken; completeErasure() may be called then.
Expected<Erased> erase(const Paths& paths, const Erasure& erasure, const ErasureFrame& frame);

/// Does what an erase() that was cut short has left; none: there was nothing. To be called before the store
/// is opened for writing.
Expected<std::optional<Erased>> completeErasure(const Paths& paths, const ErasureFrame& frame);

/// How much of the store erase() would take. Reports are not counted. Errors: as Reader::open().
Expected<Erased> countErasable(const Paths& paths, const Erasure& erasure, UtcOffset offset);

}  // namespace dwell::monitor
