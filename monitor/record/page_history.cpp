#include "monitor/record/page_history.h"

#include <algorithm>
#include <utility>

namespace dwell::monitor {
namespace {

using schemas::AccessType;
namespace hist = schemas::hist;

bool isReturn(AccessType type) {
  return type != AccessType::kReload && type != AccessType::kBackForward && type != AccessType::kRestored &&
         type != AccessType::kResumed;
}

}  // namespace

void PageHistories::ended(const schemas::Visit& visit, const SampleSink& sink) {
  if (visit.exit == schemas::Exit::kRedirect || !isReturn(visit.accessType)) return;
  const std::uint64_t hash = std::hash<std::string>{}(visit.url);
  std::optional<PageHistory> known = memory_->find(hash);
  if (!known && find_) known = find_(visit.url, forgotten_);
  PageHistory page = known.value_or(PageHistory{});

  const std::int32_t day = localDay(visit.start, visit.utcOffset);
  // A visit that began before another and ended after it is no return to it.
  if (page.days > 0 && visit.start >= page.lastStart) {
    sink(hist::kHistoryRevisitInterval,
         std::chrono::floor<std::chrono::seconds>(visit.start - page.lastStart).count(), 1);
  }
  if (page.days == 0 || day > page.lastDay) {
    ++page.days;
    page.lastDay = day;
    sink(hist::kHistoryDaysVisited, page.days, 1);
  }
  page.lastStart = visit.start;
  latest_ = {std::max(latest_.visit, visit.id), std::max(latest_.day, day)};
  if (memory_->keep(hash, page)) forgotten_ = std::exchange(before_, latest_);
}

}  // namespace dwell::monitor
