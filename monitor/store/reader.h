#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "monitor/store/page_rows.h"
#include "monitor/store/upload_rows.h"
#include "schemas/report.h"
#include "schemas/visit.h"

namespace dwell::monitor {

/// Which visits. The newest `limit` of those that match; 0: all.
struct VisitQuery {
  std::optional<WallTime> since;  ///< start at or after
  std::string urlContains;        ///< as typed by a person: upper and lower case of ASCII are the same
  std::size_t limit = 0;
};

/// Which histograms. `name` empty: all.
struct HistogramQuery {
  std::string name;
  std::string group = "all";
  DayRange days;
};

/// The days of a query added up. Names without a sample do not appear.
struct HistogramCounts {
  std::string name, group;
  std::int64_t sum = 0;
  std::vector<schemas::ReportBucket> buckets;  ///< that hold something, ascending
};

/// What the page of a visit offered and what of it was pressed.
struct OfferedLinks {
  std::shared_ptr<const schemas::LinkTable> table;  ///< none: the page did not tell
  std::vector<schemas::LinkPress> presses;
};

struct LossCount {
  std::string cause;
  std::int64_t count = 0;
};

/// Reads the store for dwellctl, the window and the tracker, also while the agent writes it.
/// Threads: one at a time. Errors: throws SQLite::Exception when the file is broken.
class Reader {
 public:
  /// Errors: no store yet, or one of another version.
  static Expected<Reader> open(const std::filesystem::path& file);
  ~Reader();
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;

  /// In order of start. A year of visits is 2 GB as values: one after the other, they need nothing.
  void eachVisit(const VisitQuery& query, const std::function<void(schemas::Visit&&)>& take) const;
  std::vector<schemas::Visit> visits(const VisitQuery& query = {}) const;
  /// None: there is no such visit.
  std::optional<OfferedLinks> links(std::int64_t visit) const;
  /// In order of attention, most first; at most `limit` of them, 0: all.
  std::vector<PageSum> pages(const DayRange& days = {}, std::size_t limit = 0) const;
  /// In order of name.
  std::vector<HistogramCounts> histograms(const HistogramQuery& query = {}) const;
  std::vector<std::string> pageGroups() const;
  std::vector<schemas::Session> sessions(std::optional<WallTime> since = {}) const;
  std::vector<schemas::Trajectory> trajectories() const;
  std::vector<schemas::Search> searches() const;
  std::vector<schemas::CoverageDay> coverage(const DayRange& days = {}) const;
  std::vector<LossCount> losses() const;

  /// Sealed reports, newest first.
  std::vector<SealedReport> reports() const;
  /// The gzip bytes of a report as they were or will be sent; none if there is no such report or its bytes
  /// are gone.
  std::optional<std::string> reportBody(const std::string& id) const;
  UploadState uploadState() const;
  /// In order of time.
  std::vector<AuditEntry> audit() const;

  /// Changes whenever another process or connection has written. Costs a few microseconds.
  std::int64_t changeCounter() const;

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace dwell::monitor
