#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>

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

/// Where the histories since the start are kept, by hash of the URL. They are kept for ever, so a host that
/// follows long stretches may do it elsewhere than in memory. Threads: any one.
class PageMemory {
 public:
  virtual ~PageMemory() = default;
  virtual std::optional<PageHistory> find(std::uint64_t urlHash) = 0;
  virtual void keep(std::uint64_t urlHash, const PageHistory& page) = 0;
};

/// Some 50 bytes for each URL.
class PageMemoryInMemory final : public PageMemory {
 public:
  std::optional<PageHistory> find(std::uint64_t urlHash) override {
    const auto page = pages_.find(urlHash);
    return page == pages_.end() ? std::nullopt : std::optional(page->second);
  }
  void keep(std::uint64_t urlHash, const PageHistory& page) override { pages_[urlHash] = page; }

 private:
  std::unordered_map<std::uint64_t, PageHistory> pages_;
};

/// The samples of History.DaysVisited and History.RevisitInterval: how often and after how long people return
/// to a URL. Threads: any one.
class PageHistories {
 public:
  /// `find` (may be empty) is asked once for each URL.
  explicit PageHistories(FindPageHistory find,
                         std::unique_ptr<PageMemory> memory = std::make_unique<PageMemoryInMemory>())
      : find_(std::move(find)), memory_(std::move(memory)) {}

  /// Each visit in scope, as kept, in order of end.
  void ended(const schemas::Visit& visit, const SampleSink& sink);

 private:
  FindPageHistory find_;
  std::unique_ptr<PageMemory> memory_;
};

}  // namespace dwell::monitor
