#include "monitor/tracker/visits.h"

#include <limits>
#include <numeric>
#include <utility>

#include "base/url.h"

namespace dwell::monitor {
namespace {

/// FNV-1a, 64 bits, with the finalizer of MurmurHash3 to spread it. The same on every machine.
std::uint64_t hashOf(const std::string& text) {
  std::uint64_t h = 0xcbf29ce484222325u;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3u;
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 33);
}

std::int64_t sum(const schemas::AgeBuckets& buckets) {
  return std::accumulate(buckets.begin(), buckets.end(), std::int64_t{0});
}

}  // namespace

Visits::Visits(const TrackerSettings& settings, WallTime wallAtZero, UtcOffset offset)
    : settings_(settings),
      wallAtZero_(wallAtZero),
      offset_(offset),
      next_(settings.firstVisit),
      firstDays_(settings.firstDays ? settings.firstDays : std::make_shared<FirstDaysInMemory>()) {}

void Visits::setClock(WallTime wallAtZero, UtcOffset offset) {
  wallAtZero_ = wallAtZero;
  offset_ = offset;
}

LiveVisit& Visits::begin(Tab& tab, Reached reached, std::uint64_t inputsBefore,
                         std::optional<std::int64_t> session, MonoTime now) {
  tab.visit = std::make_unique<LiveVisit>();
  LiveVisit& visit = *tab.visit;
  visit.key = std::move(reached.key);
  visit.start = now;
  visit.wallAtZero = wallAtZero_;
  visit.tab = &tab;
  visit.inputsBefore = inputsBefore;

  schemas::Visit& told = visit.told;
  told.id = next_++;
  told.url = url::withoutUserInfo(visit.key);
  told.sourceVisit = reached.sourceVisit;
  told.redirectedFrom = reached.redirectedFrom;
  told.accessType = reached.by;
  told.start = told.end = visit.wall(now);
  told.session = session;
  told.tabOpenedBy = tab.how;
  told.typedCharacters = reached.typedCharacters;
  told.localHour = localHour(told.start, offset_);
  told.weekday = localWeekday(told.start, offset_);
  told.participant = participant_;
  told.browser = tab.browser->id;
  told.utcOffset = offset_;
  told.inputSource = settings_.inputSource;
  told.revisit = isRevisit(told, visit.key);
  return visit;
}

LiveVisit& Visits::end(Tab& tab, schemas::Exit exit, MonoTime now) {
  LiveVisit& visit = *tab.visit;
  visit.told.exit = exit;
  tell(visit, now);
  visit.tab = nullptr;
  visit.ended = true;
  ended_.push_back(std::move(tab.visit));
  amend(visit);
  return visit;
}

void Visits::amend(LiveVisit& visit) {
  if (std::exchange(visit.queued, true)) return;
  queue_.push_back(&visit);
}

void Visits::tell(LiveVisit& visit, MonoTime now) {
  schemas::Visit& told = visit.told;
  told.end = visit.wall(now);
  told.attentionMs = sum(told.attentionByInputAgeMs);
  told.attentionGaps.censoredMs = told.attentionMs - sum(told.attentionGaps.sumMs);
  if (!visit.firstAttention) return;
  told.attentionFirst = visit.wall(*visit.firstAttention);
  told.attentionLast = visit.wall(visit.attentionEnd);
}

bool Visits::isRevisit(const schemas::Visit& visit, const std::string& key) {
  const std::int32_t day = localDay(visit.start, offset_);
  const std::uint64_t hash = hashOf(key);
  if (firstDays_->note(hash, day) < day) return true;
  if (!settings_.visitedBefore || !settings_.visitedBefore(visit.url, day)) return false;
  firstDays_->note(hash, std::numeric_limits<std::int32_t>::min());  // no need to ask again
  return true;
}

}  // namespace dwell::monitor
