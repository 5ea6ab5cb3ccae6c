#include "monitor/record/page_history.h"

#include <catch2/catch.hpp>
#include <map>
#include <vector>

using namespace dwell;
using namespace dwell::monitor;
namespace hist = schemas::hist;

namespace {

constexpr std::int64_t kHour = 3'600'000;
/// Of local day 20'777 at an offset of 600 minutes.
constexpr WallTime kMidnight = wallTime(20'777 * 24 * kHour - 10 * kHour);

struct Person {
  explicit Person(FindPageHistory find = {}) : pages(std::move(find)) {}
  Person(FindPageHistory find, std::unique_ptr<PageMemory> memory)
      : pages(std::move(find), std::move(memory)) {}

  void visit(std::int64_t atHour, schemas::AccessType type = schemas::AccessType::kLink,
             schemas::Exit exit = schemas::Exit::kClosed, const std::string& url = "https://a.test/") {
    schemas::Visit visit;
    visit.id = ++number;
    visit.url = url;
    visit.start = kMidnight + Millis(atHour * kHour);
    visit.utcOffset = UtcOffset(600);
    visit.accessType = type;
    visit.exit = exit;
    pages.ended(visit, [&](schemas::HistogramId id, std::int64_t value, std::int64_t count) {
      REQUIRE(count == 1);
      samples[id].push_back(value);
    });
  }
  using Values = std::vector<std::int64_t>;
  Values days() { return samples[hist::kHistoryDaysVisited]; }
  Values intervals() { return samples[hist::kHistoryRevisitInterval]; }

  std::int64_t number = 0;
  PageHistories pages;
  std::map<schemas::HistogramId, Values> samples;
};

}  // namespace

TEST_CASE("each local day on which a URL is visited counts once, each return with its interval") {
  Person person;
  person.visit(1);
  person.visit(2);
  person.visit(24);
  person.visit(100, schemas::AccessType::kLink, schemas::Exit::kClosed, "https://b.test/");
  person.visit(72);
  CHECK(person.days() == Person::Values{1, 2, 1, 3});
  CHECK(person.intervals() == Person::Values{3'600, 22 * 3'600, 48 * 3'600});
}

TEST_CASE("pages that were brought back, and redirects, are no returns") {
  Person person;
  person.visit(1);
  using schemas::AccessType;
  for (const auto type :
       {AccessType::kReload, AccessType::kBackForward, AccessType::kRestored, AccessType::kResumed})
    person.visit(30, type);
  person.visit(50, AccessType::kLink, schemas::Exit::kRedirect);
  person.visit(51);
  CHECK(person.days() == Person::Values{1, 2});
  CHECK(person.intervals() == Person::Values{50 * 3'600});
}

TEST_CASE("a visit that began before one that ended earlier is no return to it") {
  Person person;
  person.visit(5);
  person.visit(2);  // open all the while, in another tab
  CHECK(person.intervals().empty());
}

TEST_CASE("what earlier runs recorded is asked for once, and goes on") {
  int asked = 0;
  Person person([&](const std::string& url, const Forgotten&) -> std::optional<PageHistory> {
    CHECK(url == "https://a.test/");
    ++asked;
    return PageHistory{7, 20'776, kMidnight - Millis(kHour)};
  });
  person.visit(1);
  person.visit(25);
  CHECK(asked == 1);
  CHECK(person.days() == Person::Values{8, 9});
  CHECK(person.intervals() == Person::Values{2 * 3'600, 24 * 3'600});
}

TEST_CASE("pages that were forgotten are looked up, and count as if they had not been") {
  /// Never forgets.
  class Everything final : public PageMemory {
   public:
    std::optional<PageHistory> find(std::uint64_t hash) override {
      const auto page = pages_.find(hash);
      return page == pages_.end() ? std::nullopt : std::optional(page->second);
    }
    bool keep(std::uint64_t hash, const PageHistory& page) override {
      pages_[hash] = page;
      return false;
    }

   private:
    std::map<std::uint64_t, PageHistory> pages_;
  };
  /// What a store would know: each visit so far, by URL, with its number.
  std::map<std::string, std::vector<std::pair<std::int64_t, WallTime>>> store;
  Person all({}, std::make_unique<Everything>());
  int asked = 0;
  Person bounded([&](const std::string& url, const Forgotten& forgotten) -> std::optional<PageHistory> {
    ++asked;
    PageHistory page;
    for (const auto& [number, start] : store[url]) {
      if (number > forgotten.visit) continue;
      const std::int32_t day = localDay(start, UtcOffset(600));
      CHECK(day <= forgotten.day);
      if (page.days == 0 || day > page.lastDay) ++page.days;
      page.lastDay = day;
      page.lastStart = start;
    }
    return page.days == 0 ? std::nullopt : std::optional(page);
  });
  std::uint64_t random = 1;
  for (int i = 0; i < 30'000; ++i) {
    random = random * 6364136223846793005U + 1442695040888963407U;
    const std::string url = "https://a.test/" + std::to_string((random >> 40) % 7'000);
    const std::int64_t hour = i / 50;
    all.visit(hour, schemas::AccessType::kLink, schemas::Exit::kClosed, url);
    bounded.visit(hour, schemas::AccessType::kLink, schemas::Exit::kClosed, url);
    store[url].emplace_back(bounded.number, kMidnight + Millis(hour * kHour));
  }
  CHECK(asked > 9'000);  // 7,000 new ones, and those that were forgotten
  CHECK(asked < 25'000);
  CHECK(bounded.days() == all.days());
  CHECK(bounded.intervals() == all.intervals());
}
