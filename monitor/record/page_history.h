#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "base/recent_map.h"
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

/// Up to which visit of this run pages may have been forgotten.
struct Forgotten {
  std::int64_t visit = 0;  ///< 0: none
  std::int32_t day = 0;    ///< local, on which the last of them began
};

/// Looks up what was recorded of a URL, as kept, by earlier runs and, of this one, in visits that may have
/// been forgotten; none: no visit.
using FindPageHistory =
    std::function<std::optional<PageHistory>(const std::string& url, const Forgotten& forgotten)>;

/// Where the histories since the start are kept, by hash of the URL. A host that has no store to look them up
/// in later keeps them elsewhere than in memory. Threads: any one.
class PageMemory {
 public:
  virtual ~PageMemory() = default;
  virtual std::optional<PageHistory> find(std::uint64_t urlHash) = 0;
  /// Gives whether pages may have been forgotten that were last kept before this was last given.
  virtual bool keep(std::uint64_t urlHash, const PageHistory& page) = 0;
};

/// The last 2,000 URLs and more.
class PageMemoryInMemory final : public PageMemory {
 public:
  std::optional<PageHistory> find(std::uint64_t urlHash) override {
    const PageHistory* const page = pages_.find(urlHash);
    return page != nullptr ? std::optional(*page) : std::nullopt;
  }
  bool keep(std::uint64_t urlHash, const PageHistory& page) override { return pages_.put(urlHash, page); }

 private:
  RecentMap<PageHistory> pages_;
};

/// The samples of History.DaysVisited and History.RevisitInterval: how often and after how long people return
/// to a URL. Threads: any one.
class PageHistories {
 public:
  /// `find` (may be empty) is asked once for each URL, and again for one that was forgotten.
  explicit PageHistories(FindPageHistory find,
                         std::unique_ptr<PageMemory> memory = std::make_unique<PageMemoryInMemory>())
      : find_(std::move(find)), memory_(std::move(memory)) {}

  /// Each visit in scope, as kept, in order of end.
  void ended(const schemas::Visit& visit, const SampleSink& sink);

 private:
  FindPageHistory find_;
  std::unique_ptr<PageMemory> memory_;
  Forgotten latest_, before_, forgotten_;  ///< before_: as latest_ when the memory last forgot
};

}  // namespace dwell::monitor
