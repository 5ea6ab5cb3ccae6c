#include "monitor/tracker/page_links.h"

#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "tests/support/trace_builder.h"
#include "tests/support/trace_generator.h"

using namespace dwell;
using monitor::Tracker;
using monitor::TrackerOutput;
using schemas::LinkPressed;
using schemas::Links;
using schemas::LinkTable;
using schemas::Visit;
using tests::Trace;

namespace {

constexpr std::int64_t kMinute = 60'000;

std::shared_ptr<const LinkTable> tableOf(const std::vector<std::string>& urls) {
  LinkTable table;
  for (const std::string& url : urls) table.push_back({url, {}});
  return std::make_shared<const LinkTable>(std::move(table));
}

Links offer(std::shared_ptr<const LinkTable> table, std::string tab = "t") {
  return {"b", std::move(tab), std::move(table), {}};
}

LinkPressed press(std::string url, std::optional<std::int64_t> index) {
  return {"b", "t", std::move(url), index, 70};
}

struct Followed {
  explicit Followed(const Trace& trace) : tracker({}, WallTime(), UtcOffset(0)) {
    for (const schemas::Event& event : trace.events()) tracker.handle(event);
    output = tracker.take();
    open = tracker.openVisits();
  }
  Tracker tracker;
  TrackerOutput output;
  std::vector<Visit> open;
};

const auto kTable = tableOf({"http://a/1", "http://u:p@a/2#x"});

}  // namespace

TEST_CASE("a visit's links come once, as soon as they are known") {
  Followed f(Trace().reading("http://a/").at(10).add(offer(kTable)));
  REQUIRE(f.output.links.size() == 1);
  CHECK(f.output.links[0].visit == f.open.at(0).id);
  CHECK(f.output.links[0].table == kTable);
  f.tracker.finish(monoTime(20));
  CHECK(f.tracker.take().links.empty());
}

TEST_CASE("a press names the place that it has in its visit's links, or where it leads") {
  const Followed f(Trace()
                       .reading("http://a/")
                       .at(10)
                       .add(offer(kTable))
                       .add(press("http://a/2", 1))
                       .add(press("http://a/1", std::nullopt))
                       .add(press("http://a/1#y", 1))
                       .add(press("http://u:p@a/9#z", 2)));
  const Visit& visit = f.open.at(0);
  CHECK(visit.linksPressed == 4);
  REQUIRE(visit.presses.size() == 4);
  CHECK(visit.presses[0] == schemas::LinkPress{1, "", 70});
  CHECK(visit.presses[1] == schemas::LinkPress{std::nullopt, "http://a/1", 70});
  CHECK(visit.presses[2] == schemas::LinkPress{std::nullopt, "http://a/1", 70});
  CHECK(visit.presses[3] == schemas::LinkPress{std::nullopt, "http://a/9", 70});
  CHECK(f.tracker.losses().at("link_unknown") == 2);
}

TEST_CASE("a press may come before the links that it names a place of, and after it was told") {
  Followed f(Trace().reading("http://a/").at(10).add(press("http://a/1", 0)).add(press("http://a/1", 7)));
  CHECK(f.open.at(0).presses.at(0) == schemas::LinkPress{std::nullopt, "http://a/1", 70});
  f.tracker.handle({monoTime(11), offer(kTable)});
  const auto presses = f.tracker.openVisits().at(0).presses;
  CHECK(presses.at(0) == schemas::LinkPress{0, "", 70});
  CHECK(presses.at(1) == schemas::LinkPress{std::nullopt, "http://a/1", 70});
  CHECK(f.tracker.losses().at("link_unknown") == 1);
}

TEST_CASE("links and presses are of the visit that the tab shows, and of no other") {
  const auto other = tableOf({"http://b/1"});
  schemas::Navigation within;
  within.browser = "b";
  within.tab = "t";
  within.url = "http://a/next";
  within.transition = schemas::Transition::kLink;
  within.sameDocument = true;
  const Followed f(Trace()
                       .reading("http://a/")
                       .at(10)
                       .add(offer(kTable))
                       .at(20)
                       .add(within)
                       .add(press("http://a/1", 0))
                       .at(30)
                       .add(offer(other))
                       .add(press("http://b/1", 0)));
  REQUIRE(f.output.links.size() == 2);
  CHECK(f.output.links[0].visit == f.output.ended.at(0).id);
  CHECK(f.output.links[1].visit == f.open.at(0).id);
  CHECK(f.output.links[1].table == other);
  CHECK(f.output.ended[0].presses.empty());
  const auto& presses = f.open[0].presses;
  CHECK(presses.at(0) == schemas::LinkPress{std::nullopt, "http://a/1", 70});
  CHECK(presses.at(1) == schemas::LinkPress{0, "", 70});
}

TEST_CASE("links that were taken before the visit began are of a page that is gone") {
  auto late = offer(kTable);
  late.taken = monoTime(9);
  Trace trace = Trace().reading("http://a/").at(10).go("t", "http://b/").at(11).add(late);
  CHECK(Followed(trace).output.links.empty());
  CHECK(Followed(trace).tracker.losses().at("links_late") == 1);
  late.taken = monoTime(10);
  CHECK(Followed(trace.add(late)).output.links.size() == 1);
}

TEST_CASE("a visit's first links are its links") {
  const auto other = tableOf({"http://b/1"});
  const Followed f(Trace().reading("http://a/").at(10).add(offer(kTable)).add(offer(other)));
  REQUIRE(f.output.links.size() == 1);
  CHECK(f.output.links[0].table == kTable);
  CHECK(f.tracker.losses().at("links_again") == 1);
}

TEST_CASE("a page that is looked at again after long still offers its links") {
  const Followed f(Trace()
                       .reading("http://a/")
                       .at(10)
                       .add(offer(kTable))
                       .at(20)
                       .focus(std::nullopt)
                       .at(31 * kMinute)
                       .focus("w")
                       .add(press("http://a/1", 0))
                       .after(10)
                       .input());
  REQUIRE(f.open.at(0).accessType == schemas::AccessType::kResumed);
  REQUIRE(f.output.links.size() == 2);
  CHECK(f.output.links[1].visit == f.open[0].id);
  CHECK(f.output.links[1].table == kTable);
  CHECK(f.open[0].presses.at(0).link == 0);
}

TEST_CASE("links of a tab that shows no visit, and what is beyond the bounds, are losses") {
  const Followed nowhere(Trace().reading("chrome://settings/").add(offer(kTable)));
  CHECK(nowhere.output.links.empty());
  CHECK(nowhere.tracker.losses().at("page_without_visit") == 1);

  Trace many = Trace().reading("http://a/").at(10);
  for (int i = 0; i < 101; ++i) many.add(press("http://a/1", std::nullopt));
  many.add(press("http://a/" + std::string(3'000, 'x'), std::nullopt));
  const Followed presses(many);
  CHECK(presses.open.at(0).linksPressed == 102);
  CHECK(presses.open.at(0).presses.size() == schemas::kMaxPresses);
  CHECK(presses.tracker.losses().at("presses_dropped") == 2);

  Trace large;
  const auto big = tableOf({"http://a/" + std::string(5U << 20U, 'x')});
  large.reading("http://a/");
  for (int i = 1; i <= 4; ++i) large.at(i * 10).go("t", "http://a/" + std::to_string(i)).add(offer(big));
  const Followed bounded(large);
  CHECK(bounded.output.links.size() == 3);
  CHECK(bounded.tracker.losses().at("links_dropped") == 1);
  const Followed longUrl(Trace().reading("http://a/").add(press("http://" + std::string(3'000, 'x'), 0)));
  CHECK(longUrl.open.at(0).presses.at(0).url.empty());
  CHECK(longUrl.tracker.losses().at("link_url_too_long") == 1);
}

TEST_CASE("in random traces a visit's links were offered by its own page, and its presses are of them") {
  for (std::uint32_t seed = 1; seed <= tests::seeds(); ++seed) {
    INFO("seed " << seed);
    auto trace = tests::generateTrace(seed);
    // Each event offers a table of its own, so that a table tells which event it is of.
    std::map<const LinkTable*, schemas::Event> offered;
    for (schemas::Event& event : trace.events) {
      auto* links = std::get_if<Links>(&event.body);
      if (links == nullptr) continue;
      links->links = std::make_shared<const LinkTable>(*links->links);
      offered.emplace(links->links.get(), event);
    }
    monitor::TrackerSettings settings;
    settings.hook = trace.header.hook;
    Tracker tracker(settings, WallTime(), trace.header.utcOffset);
    std::map<std::int64_t, Visit> visits;
    std::map<std::int64_t, std::shared_ptr<const LinkTable>> tables;
    std::map<const LinkTable*, int> times;
    const auto take = [&] {
      const TrackerOutput output = tracker.take();
      for (const Visit& visit : output.ended) visits[visit.id] = visit;
      for (const Visit& visit : tracker.openVisits()) visits[visit.id] = visit;
      for (const auto& [visit, table] : output.links) {
        REQUIRE(visits.count(visit) == 1);
        REQUIRE(tables.emplace(visit, table).second);
        ++times[table.get()];
      }
    };
    for (std::size_t i = 0; i < trace.events.size(); ++i) {
      tracker.handle(trace.events[i]);
      if (i % 7 == seed % 7) take();
    }
    tracker.finish(trace.events.back().time);
    take();

    std::size_t resumed = 0;
    for (const auto& [id, table] : tables) {
      const Visit& visit = visits.at(id);
      const bool again = visit.accessType == schemas::AccessType::kResumed &&
                         tables.count(*visit.sourceVisit) == 1 && tables.at(*visit.sourceVisit) == table;
      resumed += again ? 1 : 0;
      if (again) continue;
      const schemas::Event& event = offered.at(table.get());
      REQUIRE(std::get<Links>(event.body).browser == visit.browser);
      REQUIRE(event.time.time_since_epoch() >= visit.start.time_since_epoch());
      REQUIRE(event.time.time_since_epoch() <= visit.end.time_since_epoch());
    }
    REQUIRE(times.size() + resumed == tables.size());  // no event's table is of two pages
    for (const auto& [id, visit] : visits) {
      REQUIRE(visit.presses.size() ==
              std::min<std::size_t>(static_cast<std::size_t>(visit.linksPressed), schemas::kMaxPresses));
      for (const schemas::LinkPress& each : visit.presses) {
        if (!each.link) continue;
        REQUIRE(each.url.empty());
        REQUIRE(tables.count(id) == 1);
        REQUIRE(*each.link >= 0);
        REQUIRE(*each.link < static_cast<std::int64_t>(tables.at(id)->size()));
      }
    }
  }
}
