#include "tests/support/reference/attention.h"

#include <algorithm>
#include <limits>

namespace dwell::tests::reference {
namespace {

std::size_t bucketOf(std::int64_t age) {
  std::size_t bucket = kBuckets - 1;
  while (age < kLowerEdgesMs[bucket]) --bucket;
  return bucket;
}

/// Ages up to the last edge looked up: the walk asks for every single millisecond.
const std::vector<std::uint8_t>& bucketTable() {
  static const std::vector<std::uint8_t> kTable = [] {
    std::vector<std::uint8_t> table;
    for (std::int64_t age = 0; age <= kLowerEdgesMs.back(); ++age) {
      table.push_back(static_cast<std::uint8_t>(bucketOf(age)));
    }
    return table;
  }();
  return kTable;
}

/// Visits in visible tabs that are not attended, between event `after` and the next.
std::vector<int> visibleElsewhere(const Lives& lives, const std::vector<std::size_t>& tabsEverVisible,
                                  std::size_t after) {
  std::vector<int> found;
  if (lives.away[after]) return found;
  for (const std::size_t index : tabsEverVisible) {
    const TabLife& tab = lives.tabs[index];
    const int visit = tab.visit.after(after);
    const bool attended = lives.attendedTab[after] == static_cast<int>(index);
    if (visit != kNone && !attended && tab.visible.after(after)) found.push_back(visit);
  }
  return found;
}

void walk(const Trace& trace, const Lives& lives, std::vector<Attention>& all) {
  std::vector<std::size_t> tabsEverVisible;
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    const Event& event = trace.events[i];
    if (event.type == EventType::pageVisibility && event.fields.at("visible").get<bool>()) {
      tabsEverVisible.push_back(static_cast<std::size_t>(lives.tabOf[i]));
    }
  }
  std::sort(tabsEverVisible.begin(), tabsEverVisible.end());
  tabsEverVisible.erase(std::unique(tabsEverVisible.begin(), tabsEverVisible.end()), tabsEverVisible.end());

  const std::vector<std::uint8_t>& table = bucketTable();
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::min();
  std::int64_t lastInput = kNever;
  for (std::size_t i = 0; i + 1 < trace.events.size(); ++i) {
    if (trace.events[i].type == EventType::input) lastInput = trace.timeOf(i);
    const std::int64_t from = trace.timeOf(i), to = trace.timeOf(i + 1);
    if (from == to) continue;
    for (const int visit : visibleElsewhere(lives, tabsEverVisible, i)) {
      std::int64_t& counter = all[static_cast<std::size_t>(visit)].visibleUnattended;
      for (std::int64_t now = from; now < to; ++now) ++counter;
    }
    if (lives.attendedVisit[i] == kNone) continue;
    Attention& attended = all[static_cast<std::size_t>(lives.attendedVisit[i])];
    const bool audible = lives.tab(lives.attendedTab[i]).audible.after(i);
    if (attended.first == kNone) attended.first = from;
    for (std::int64_t now = from; now < to; ++now) {  // the millisecond from now to now + 1
      const std::int64_t age = lastInput == kNever ? kLowerEdgesMs.back() : now - lastInput;
      const std::size_t bucket = table[static_cast<std::size_t>(std::min(age, kLowerEdgesMs.back()))];
      ++attended.total;
      ++attended.byInputAge[bucket];
      if (audible) ++attended.audible[bucket];
      attended.last = now + 1;
    }
  }
}

/// What 5.3 lets count nowhere: it makes no gap either.
bool isPasswordKey(const Event& event, std::size_t i, const Lives& lives) {
  if (event.fields.at("kind") != "key" || lives.attendedVisit[i] == kNone) return false;
  const TabLife& tab = lives.tab(lives.attendedTab[i]);
  return tab.keyboard.after(i) && tab.password.after(i);
}

void findGaps(const Trace& trace, const Lives& lives, std::vector<Attention>& all) {
  std::size_t first = 0;
  bool any = false;
  for (std::size_t i = 0; i < trace.events.size(); ++i) {
    if (trace.events[i].type != EventType::input || isPasswordKey(trace.events[i], i, lives)) continue;
    const int visit = lives.attendedVisit[i];
    bool throughout = any && visit != kNone;
    for (std::size_t between = first; throughout && between < i; ++between) {
      throughout = lives.attendedVisit[between] == visit;
    }
    if (throughout) {
      const std::int64_t gap = trace.timeOf(i) - trace.timeOf(first);
      Attention& attention = all[static_cast<std::size_t>(visit)];
      ++attention.gapCount[bucketOf(gap)];
      attention.gapSum[bucketOf(gap)] += gap;
    }
    first = i;
    any = true;
  }
  for (Attention& attention : all) {
    attention.censored = attention.total;
    for (const std::int64_t sum : attention.gapSum) attention.censored -= sum;
  }
}

std::vector<Stretch> findStretches(const Trace& trace, const Lives& lives) {
  std::vector<Stretch> stretches;
  std::size_t i = 0;
  while (i < trace.events.size()) {
    std::size_t end = i;
    while (end < trace.events.size() && lives.attendedVisit[end] == lives.attendedVisit[i]) ++end;
    const std::size_t until = std::min(end, trace.events.size() - 1);
    const bool some = lives.attendedVisit[i] != kNone && trace.timeOf(i) < trace.timeOf(until);
    if (some) stretches.push_back({lives.attendedVisit[i], i, trace.timeOf(i), trace.timeOf(until)});
    i = end;
  }
  return stretches;
}

}  // namespace

std::int64_t Attention::activeBelow(std::int64_t threshold) const {
  std::int64_t active = 0;
  for (std::size_t bucket = 0; bucket < kBuckets; ++bucket) {
    if (kLowerEdgesMs[bucket] < threshold) active += byInputAge[bucket];
  }
  return active;
}

AttentionOfAll attend(const Trace& trace, const Lives& lives) {
  AttentionOfAll attention;
  attention.ofVisit.resize(lives.visits.size());
  walk(trace, lives, attention.ofVisit);
  findGaps(trace, lives, attention.ofVisit);
  attention.stretches = findStretches(trace, lives);
  return attention;
}

}  // namespace dwell::tests::reference
