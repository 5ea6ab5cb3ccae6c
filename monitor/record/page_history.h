#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/time.h"
#include "monitor/record/samples.h"

namespace dwell::monitor {

/// What was recorded of one URL, as kept: visits but reloads, ways back and forth, restored and resumed
/// pages.
struct PageHistory {
  std::int64_t days = 0;     ///< local days with a visit
  std::int32_t lastDay = 0;  ///< the last of them
  WallTime lastStart;        ///< of the latest visit
};

/// Looks up what earlier runs have recorded of a URL, as kept; none: no visit.
using FindPageHistory = std::function<std::optional<PageHistory>(const std::string& url)>;

/// The samples of History.DaysVisited and History.RevisitInterval: how often and after how long people return
/// to a URL. Holds some 40 bytes for each URL visited since the start. Threads: any one.
class PageHistories {
 public:
  /// `find` (may be empty) is asked once for each URL.
  explicit PageHistories(FindPageHistory find) : find_(std::move(find)) {}

  /// Each visit in scope, as kept, in order of end.
  void ended(const schemas::Visit& visit, const SampleSink& sink);

 private:
  FindPageHistory find_;
  std::unordered_map<std::uint64_t, PageHistory> pages_;  ///< by hash of the URL
};

}  // namespace dwell::monitor
