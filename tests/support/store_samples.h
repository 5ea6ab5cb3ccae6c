#pragma once

#include <string>

#include "monitor/record/batch.h"
#include "monitor/store/consent_store.h"
#include "schemas/visit.h"

/// Plain values for tests of the store and the uploader, to be changed by the test where it matters.
namespace dwell::tests {

/// A Tuesday morning.
inline constexpr WallTime kMorning = wallTime(1'800'000'000'000);

/// A visit of one minute that began `id` minutes after kMorning and was closed; 40 s attended, 25 s of them
/// active at 15 s.
inline schemas::Visit closedVisit(std::int64_t id, const std::string& url = "https://shop.example/") {
  schemas::Visit visit;
  visit.id = id;
  visit.url = url;
  visit.accessType = schemas::AccessType::kLink;
  visit.start = kMorning + std::chrono::minutes(id);
  visit.end = visit.start + std::chrono::minutes(1);
  visit.exit = schemas::Exit::kClosed;
  visit.attentionMs = 40'000;
  visit.attentionByInputAgeMs[0] = 25'000;
  visit.attentionByInputAgeMs[6] = 15'000;
  visit.attentionFirst = visit.start;
  visit.attentionLast = visit.start + std::chrono::seconds(40);
  visit.attentionGaps.censoredMs = 40'000;
  visit.browser = "chromium";
  visit.utcOffset = UtcOffset(0);
  visit.localHour = localHour(visit.start, visit.utcOffset);
  visit.weekday = localWeekday(visit.start, visit.utcOffset);
  return visit;
}

inline schemas::Visit openVisit(std::int64_t id, const std::string& url = "https://shop.example/") {
  schemas::Visit visit = closedVisit(id, url);
  visit.exit = schemas::Exit::kOpen;
  return visit;
}

/// `count` samples in the bucket [1, 2) of the histogram `name`, on the day of kMorning.
inline schemas::ReportHistogram samples(const std::string& name, std::int64_t count,
                                        const std::string& group = "all") {
  return {name, group, localDay(kMorning, UtcOffset(0)), count, {{1, 2, count}}};
}

inline monitor::Batch batchAt(WallTime time) {
  monitor::Batch batch;
  batch.time = time;
  return batch;
}

inline monitor::Consent consentTo(const std::string& collector, WallTime time = kMorning) {
  monitor::Consent consent;
  consent.textSha256 = std::string(64, 'a');
  consent.level = "full visits";
  consent.scope = "https://shop.example/* except https://shop.example/account*";
  consent.within = {{"https://shop.example/*"}};
  consent.exclude = {"https://shop.example/account*"};
  consent.detail = "full";
  consent.parameters = "variant";
  consent.words = "keyed_hash";
  consent.groups = {{"cart", {"https://shop.example/cart*"}}};
  consent.collector = collector;
  consent.end = kMorning + std::chrono::hours(24 * 30);
  consent.time = time;
  return consent;
}

}  // namespace dwell::tests
