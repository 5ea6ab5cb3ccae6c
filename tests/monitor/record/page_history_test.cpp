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

  void visit(std::int64_t atHour, schemas::AccessType type = schemas::AccessType::kLink,
             schemas::Exit exit = schemas::Exit::kClosed, const std::string& url = "https://a.test/") {
    schemas::Visit visit;
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
  Person person([&](const std::string& url) -> std::optional<PageHistory> {
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
