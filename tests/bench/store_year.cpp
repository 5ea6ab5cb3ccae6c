#include "tests/bench/store_year.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>

#include "tests/bench/made_links.h"

namespace dwell::tests {
namespace {

using schemas::AgeBuckets;
using schemas::Visit;

constexpr UtcOffset kOffset{600};
constexpr WallTime kFirstMorning = wallTime(1'795'388'400'000);  // 2026-11-23 09:00 at +10
constexpr Millis kWorkingDay = std::chrono::hours(8);
constexpr std::size_t kLately = 300;
/// As many as there are of visits, in the group "all".
constexpr std::int64_t kHistograms = 40;

std::size_t bucketOf(std::int64_t age) {
  const auto& edges = schemas::kAgeEdgesMs;
  return static_cast<std::size_t>(std::upper_bound(edges.begin(), edges.end(), age) - edges.begin()) - 1;
}

/// A stretch of attention during which the input age grew from `from` to `to`.
void age(AgeBuckets& buckets, std::int64_t from, std::int64_t to) {
  while (from < to) {
    const std::size_t bucket = bucketOf(from);
    const std::int64_t end =
        bucket + 1 < schemas::kAgeBuckets ? std::min(to, schemas::kAgeEdgesMs[bucket + 1]) : to;
    buckets[bucket] += end - from;
    from = end;
  }
}

}  // namespace

StoreYear::StoreYear(int newUrls, std::uint64_t seed)
    : random_(seed), newUrls_(newUrls), now_(kFirstMorning) {
  current_ = visit();
}

std::int64_t StoreYear::number(std::int64_t low, std::int64_t high) {
  return low + static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(high - low + 1));
}

double StoreYear::logNormal(double median, double sigma) {
  double sum = -6;  // twelve uniforms are near enough to a normal
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t bits = random_();
    for (int part = 0; part < 4; ++part) sum += static_cast<double>(bits >> (16 * part) & 0xFFFF) / 65'536;
  }
  return median * std::exp(sigma * sum);
}

/// 1 … top, the larger the rarer (Zipf, exponent 1).
std::int64_t StoreYear::logUniform(std::size_t top) {
  const double share = static_cast<double>(random_() >> 11) * 0x1p-53;
  return static_cast<std::int64_t>(std::pow(static_cast<double>(top), share));
}

std::string StoreYear::urlText(std::int64_t number) {
  static constexpr std::array<const char*, 16> kWords = {
      "garden", "guide",  "reviews",  "how-to-choose", "news",   "support", "2026", "products",
      "hose",   "travel", "category", "kitchen",       "author", "recipes", "the",  "winter"};
  std::mt19937_64 random(static_cast<std::uint64_t>(number));
  const auto word = [&] { return kWords[random() % kWords.size()]; };
  std::string text = std::string("https://www.") + word() + std::to_string(random() % 900) + ".example/";
  for (std::uint64_t parts = random() % 3; parts > 0; --parts) text += std::string(word()) + "/";
  return text + word() + "-" + word() + "-" + std::to_string(number);
}

std::string StoreYear::url() {
  std::int64_t number = 0;
  if (urls_ == 0 || chance(newUrls_)) {
    number = ++urls_;
    const std::string text = urlText(number);
    urlBytes_ += static_cast<std::int64_t>(text.size());
  } else if (chance(600)) {
    number = lately_[lately_.size() - static_cast<std::size_t>(logUniform(lately_.size()))];
  } else {
    number = logUniform(static_cast<std::size_t>(urls_));
  }
  lately_.push_back(number);
  if (lately_.size() > 2 * kLately) lately_.erase(lately_.begin(), lately_.end() - kLately);
  return urlText(number);
}

void StoreYear::attend(Visit& v, std::int64_t attentionMs) {
  v.attentionMs = attentionMs;
  const std::int64_t arrival = std::min<std::int64_t>(attentionMs, number(100, 4'000));
  const std::int64_t ageAtArrival = chance(700) ? number(0, 1'500) : number(0, 20'000);
  age(v.attentionByInputAgeMs, ageAtArrival, ageAtArrival + arrival);
  v.attentionGaps.censoredMs = arrival;
  for (std::int64_t left = attentionMs - arrival; left > 0;) {
    const std::int64_t kind = number(0, 99);
    const auto gap = static_cast<std::int64_t>(kind < 80   ? logNormal(180, 0.7)
                                               : kind < 97 ? logNormal(2'200, 0.8)
                                                           : logNormal(15'000, 1.2)) +
                     1;
    if (gap >= left) {
      age(v.attentionByInputAgeMs, 0, left);
      v.attentionGaps.censoredMs += left;
      break;
    }
    age(v.attentionByInputAgeMs, 0, gap);
    ++v.attentionGaps.count[bucketOf(gap)];
    v.attentionGaps.sumMs[bucketOf(gap)] += gap;
    left -= gap;
    ++v.input.mouseMoves;
  }
}

Visit StoreYear::visit() {
  Visit v;
  v.id = nextId_++;
  v.url = url();
  static constexpr std::array<std::uint8_t, 10> kTypes = {5, 5, 5, 5, 5, 10, 9, 2, 7, 8};
  v.accessType = static_cast<schemas::AccessType>(kTypes[random_() % kTypes.size()]);
  v.exit = chance(200) ? schemas::Exit::kClosed : schemas::exitBy(v.accessType);
  v.start = now_;
  if (v.id > 1 && chance(850)) v.sourceVisit = std::max<std::int64_t>(1, v.id - number(1, 12));
  if (v.sourceVisit && chance(60)) v.redirectedFrom = v.id - 1;
  if (v.id % 170 == 0) ++session_;
  v.session = session_;
  v.tabOpenedBy = static_cast<schemas::TabOpenedBy>(number(0, 4));
  const std::int64_t attention = chance(100) ? 0 : static_cast<std::int64_t>(logNormal(10'000, 1.2)) + 1;
  if (attention > 0) {
    attend(v, attention);
    v.attentionFirst = v.start + Millis(number(0, 900));
    v.attentionLast = *v.attentionFirst + Millis(attention + (chance(300) ? number(0, 600'000) : 0));
  }
  v.end = v.start + Millis(attention + number(0, 120'000));
  if (v.attentionLast) v.end = std::max(v.end, *v.attentionLast);
  if (chance(100)) v.visibleUnattendedMs = number(1, 60'000);
  if (chance(30)) v.audibleByInputAgeMs = v.attentionByInputAgeMs;
  auto& in = v.input;
  in.mouseDowns = in.mouseUps = in.mouseMoves / 12;
  in.scrolls = in.mouseMoves / 4;
  in.mouseDistancePx = in.mouseMoves * number(10, 60);
  if (chance(200)) in.keys = number(1, 120);
  if (chance(150)) in.browserKeys = number(1, 30);
  if (attention > 0) v.scrollDepthPercent = static_cast<int>(number(10, 100));
  if (chance(50)) v.form = {number(1, 6), number(1, 90), number(0, 2)};
  v.linksPressed = chance(500) ? 1 : 0;
  if (v.accessType == schemas::AccessType::kTypedCompleted) v.typedCharacters = number(1, 12);
  if (chance(60)) v.resultsPage = schemas::ResultsPage{"google", "", 10};
  if (v.sourceVisit && chance(60)) {
    v.serp = schemas::SerpClick{*v.sourceVisit, "google", "", number(1, 10)};
    if (chance(500)) v.dwellMs = number(1'000, 300'000);
    v.quickBack = v.dwellMs && *v.dwellMs < 30'000;
  }
  if (chance(60)) v.trajectory = schemas::TrajectoryStep{session_, number(1, 40)};
  v.loginForm = chance(30);
  if (chance(800)) {
    v.vitals = schemas::Vitals{};
    v.vitals->lcpMs = static_cast<double>(number(3'000, 40'000)) / 10;
    if (chance(600)) v.vitals->inpMs = static_cast<double>(8 * number(1, 40));
    v.vitals->cls = chance(400) ? 0 : logNormal(0.03, 1);
  }
  v.revisit = chance(500);
  v.browser = "chromium";
  v.utcOffset = kOffset;
  v.inputSource = "x11";
  v.localHour = localHour(v.start, v.utcOffset);
  v.weekday = localWeekday(v.start, v.utcOffset);
  now_ += Millis(kWorkingDay.count() / kVisitsADay + number(-4'000, 4'000));
  if (v.id % kVisitsADay == 0) now_ = kFirstMorning + std::chrono::days(v.id / kVisitsADay);
  return v;
}

void StoreYear::sample(monitor::Batch& batch, std::int64_t histogram) {
  const std::int64_t bucket = number(0, 24);
  batch.histograms.push_back(
      {"Engagement.Sample" + std::to_string(histogram), "all", day(), bucket, {{bucket, bucket + 1, 1}}});
}

Visit StoreYear::stillOpen() {
  Visit open = current_;
  open.exit = schemas::Exit::kOpen;
  open.attentionMs += 10'000 * flushesOfCurrent_;
  open.attentionByInputAgeMs[0] += 10'000 * flushesOfCurrent_;
  open.attentionGaps.count[0] += 30 * flushesOfCurrent_;
  open.attentionGaps.sumMs[0] += 10'000 * flushesOfCurrent_;
  open.input.mouseMoves += 30 * flushesOfCurrent_;
  ++flushesOfCurrent_;
  return open;
}

std::int32_t StoreYear::day() const { return localDay(now_, kOffset); }

monitor::Batch StoreYear::flush(int visits, int histograms) {
  monitor::Batch batch;
  for (int i = 0; i < visits; ++i) {
    batch.ended.push_back(current_);
    if (changes_) {
      std::uint64_t& version = versions_[current_.url];
      version += chance(*changes_) ? 1 : 0;
      batch.links.push_back(
          {current_.id, std::make_shared<const schemas::LinkTable>(madeLinks(current_.url, version))});
    }
    current_ = visit();
    flushesOfCurrent_ = 0;
    ++sessionPages_;
  }
  batch.open = {stillOpen()};
  const auto first = number(0, kHistograms - 1);
  for (int i = 0; i < histograms; ++i) sample(batch, (first + i) % kHistograms);
  batch.sessions = {{session_, kFirstMorning, now_, sessionPages_, 9'000 * sessionPages_}};
  batch.coverage = {{day(), 10, 10, 0, 0, 10, 8'000, 0}};
  batch.time = now_;
  return batch;
}

}  // namespace dwell::tests
