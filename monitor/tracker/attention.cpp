#include "monitor/tracker/attention.h"

#include <algorithm>
#include <cassert>
#include <limits>

#include "monitor/tracker/tabs.h"

namespace dwell::monitor {

using schemas::kAgeBuckets;
using schemas::kAgeEdgesMs;

std::size_t ageBucket(std::int64_t ageMs) {
  std::size_t i = 0;
  while (i + 1 < kAgeBuckets && ageMs >= kAgeEdgesMs[i + 1]) ++i;
  return i;
}

void addAges(schemas::AgeBuckets& buckets, std::int64_t fromMs, std::int64_t toMs) {
  for (std::size_t i = ageBucket(fromMs); fromMs < toMs; ++i) {
    const std::int64_t edge =
        i + 1 < kAgeBuckets ? kAgeEdgesMs[i + 1] : std::numeric_limits<std::int64_t>::max();
    const std::int64_t to = std::min(toMs, edge);
    buckets[i] += to - fromMs;
    fromMs = to;
  }
}

void Attention::attend(LiveVisit* visit, MonoTime now) {
  assert(visit != visit_);
  settle(now);
  visit_ = visit;
  stretchStart_ = now;
  settled_ = now;
  gapStart_.reset();
}

void Attention::input(MonoTime now, Gaps gaps) {
  settle(now);
  if (visit_ != nullptr && gaps == Gaps::kCount) {
    if (gapStart_) {
      const std::int64_t gap = toMs(now - *gapStart_);
      const std::size_t bucket = ageBucket(gap);
      ++visit_->told.attentionGaps.count[bucket];
      visit_->told.attentionGaps.sumMs[bucket] += gap;
    }
    gapStart_ = now;
  }
  lastInput_ = now;
  ++inputs_;
}

void Attention::settle(MonoTime now) {
  if (visit_ == nullptr || now == settled_) return;
  const auto add = [&](schemas::AgeBuckets& buckets) {
    if (inputs_ == 0) {
      buckets[kAgeBuckets - 1] += toMs(now - settled_);
    } else {
      addAges(buckets, toMs(settled_ - lastInput_), toMs(now - lastInput_));
    }
  };
  add(visit_->told.attentionByInputAgeMs);
  if (visit_->tab->audible) add(visit_->told.audibleByInputAgeMs);
  visit_->attentionEnd = now;
  settled_ = now;
}

}  // namespace dwell::monitor
