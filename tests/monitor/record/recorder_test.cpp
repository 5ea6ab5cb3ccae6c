#include "monitor/record/recorder.h"

#include <catch2/catch.hpp>

#include "tests/support/histogram_tester.h"

using namespace dwell;
using namespace dwell::monitor;
namespace hist = dwell::schemas::hist;
using schemas::Visit;

namespace {

constexpr std::int64_t kHour = 3'600'000;
/// 2026-11-21 00:00 UTC.
constexpr std::int64_t kDay = 20'778;
constexpr std::int64_t kMidnight = kDay * 86'400'000;

struct Recording {
  explicit Recording(Settings settings = {}, std::int64_t wallAtZero = kMidnight + 10 * kHour)
      : recorder(std::move(settings), HashKey{}, wallTime(wallAtZero), UtcOffset(0)) {}

  Batch take(TrackerOutput output, std::vector<Visit> open = {}, std::int64_t now = kMidnight + 11 * kHour,
             BatchEnd end = BatchEnd::kGoesOn) {
    Batch batch = recorder.batch(std::move(output), std::move(open), wallTime(now), end);
    counted.add(batch.histograms);
    return batch;
  }

  Recorder recorder;
  tests::HistogramTester counted;
};

Visit visitOf(std::int64_t id, const std::string& url, std::int64_t attention = 2'000) {
  Visit visit;
  visit.id = id;
  visit.url = url;
  visit.accessType = schemas::AccessType::kLink;
  visit.start = wallTime(kMidnight + 10 * kHour + id);
  visit.end = wallTime(kMidnight + 10 * kHour + id + attention);
  visit.exit = schemas::exitBy(schemas::AccessType::kLink);
  visit.attentionMs = attention;
  visit.attentionByInputAgeMs[0] = attention;
  if (attention > 0) visit.attentionFirst = visit.start;
  return visit;
}

TrackerOutput endedNow(std::vector<Visit> visits, std::vector<std::int64_t> finals) {
  TrackerOutput output;
  output.ended = std::move(visits);
  output.finals = std::move(finals);
  return output;
}

schemas::Event event(std::int64_t t, schemas::EventBody body) { return {monoTime(t), std::move(body)}; }

}  // namespace

TEST_CASE(
    "a search is kept with its results pages in scope, and a click tells no words of one out of scope") {
  Settings settings;
  settings.exclude = {"https://find.test/private*"};
  settings.searchWords = SearchWords::kFull;
  Recording recording(settings);
  Visit click = visitOf(1, "https://a.test/");
  click.serp = schemas::SerpClick{3, "find", "odd words", 1};
  Visit other = visitOf(2, "https://a.test/");
  other.serp = schemas::SerpClick{4, "find", "rare words", 1};
  TrackerOutput output = endedNow({click, other}, {});
  output.searches = {{1, "find", "odd words", {}, {3}, {}}, {2, "find", "rare words", {}, {3, 4}, {}}};
  const Batch batch = recording.take(std::move(output), {visitOf(3, "https://find.test/private?q=odd"),
                                                         visitOf(4, "https://find.test/?q=rare")});
  REQUIRE(batch.ended.size() == 2);
  CHECK(batch.ended[0].serp->query.empty());
  CHECK(batch.ended[0].serp->rank == 1);
  CHECK(batch.ended[1].serp->query == "rare words");
  REQUIRE(batch.searches.size() == 1);
  CHECK(batch.searches[0].query == "rare words");
  CHECK(batch.searches[0].serpVisits == std::vector<std::int64_t>{4});
}

TEST_CASE(
    "the links of a visit in scope are kept, each URL by its own scope, and their features in any case") {
  Settings settings;
  settings.exclude = {"https://private.test/*"};
  Recording recording(settings);
  schemas::Features features;
  features.set(*schemas::linkFeature("words"), 4);
  const auto table = std::make_shared<const schemas::LinkTable>(
      schemas::LinkTable{{"https://u:p@a.test/ann@a.test?q=1#x", features},
                         {"https://private.test/secret", features},
                         {"https://a.test/" + std::string(3'000, '/'), features}});
  Visit pressing = visitOf(2, "https://a.test/open");
  pressing.presses = {
      {0, "", 5}, {std::nullopt, "https://private.test/", 6}, {std::nullopt, "https://a.test/?q", 7}};
  TrackerOutput output = endedNow({visitOf(1, "https://private.test/page")}, {});
  output.links = {{1, table}, {2, table}};
  const Batch batch = recording.take(std::move(output), {pressing});
  REQUIRE(batch.links.size() == 1);
  CHECK(batch.links[0].visit == 2);
  CHECK(*batch.links[0].table ==
        schemas::LinkTable{{"https://a.test/[masked]", features}, {"", features}, {"", features}});
  CHECK(batch.losses.at("record.link_url_too_long") == 1);
  CHECK(batch.open.at(0).presses == std::vector<schemas::LinkPress>{{0, "", 5},
                                                                    {std::nullopt, "", 6},
                                                                    {std::nullopt, "https://a.test/", 7}});
}

TEST_CASE("where only counts are kept, no links are") {
  Settings settings;
  settings.level = Level::kHistograms;
  Recording recording(settings);
  TrackerOutput output;
  output.links = {
      {1, std::make_shared<const schemas::LinkTable>(schemas::LinkTable{{"https://a.test/", {}}})}};
  CHECK(recording.take(std::move(output), {visitOf(1, "https://a.test/")}).links.empty());
}

TEST_CASE("an ended visit goes into the batch with its URL cut, and its samples with it") {
  Recording recording;
  Visit visit = visitOf(1, "https://a.test/page?q=1#x");
  visit.input.keys = 10;
  const Batch batch = recording.take(endedNow({visit}, {1}));
  REQUIRE(batch.ended.size() == 1);
  CHECK(batch.ended[0].url == "https://a.test/page");
  CHECK(batch.finals == std::vector<std::int64_t>{1});
  recording.counted.expectUnique(hist::kNavigationAccessType, 5, 1);
  recording.counted.expectUnique(hist::kEngagementAttentionTime, 2'000, 1);
  recording.counted.expectUnique(hist::kInputKey, 300, 1);  // 10 in 2 s
  for (const auto& histogram : batch.histograms) {
    CHECK(histogram.day == kDay);
    CHECK(histogram.group == "all");
  }
}

TEST_CASE("a visit that is amended counts once, and comes again as amended") {
  Recording recording;
  Visit visit = visitOf(1, "https://a.test/");
  visit.serp = schemas::SerpClick{9, "duck", "words", 3};
  recording.take(endedNow({visit}, {}));
  recording.counted.expectTotal(hist::kNavigationAccessType, 1);
  recording.counted.expectTotal(hist::kSearchDwellTime, 0);
  visit.dwellMs = 4'000;
  visit.quickBack = true;
  const Batch amended = recording.take(endedNow({visit}, {}));
  CHECK(amended.ended.size() == 1);
  CHECK(amended.coverage.empty());
  visit.pogoStick = true;
  recording.take(endedNow({visit}, {1}));
  recording.take(endedNow({}, {}));
  recording.counted.expectTotal(hist::kNavigationAccessType, 1);
  recording.counted.expectUnique(hist::kSearchDwellTime, 4'000, 1);
  recording.counted.expectUnique(hist::kSearchQuickBack, 1, 1);
  recording.counted.expectUnique(hist::kSearchPogoStick, 1, 1);
  recording.counted.expectUnique(hist::kSearchClickRank, 3, 1);
}

TEST_CASE("a visit that ended in a redirect is kept but is no access") {
  Recording recording;
  Visit visit = visitOf(1, "https://a.test/");
  visit.exit = schemas::Exit::kRedirect;
  CHECK(recording.take(endedNow({visit}, {1})).ended.size() == 1);
  CHECK(recording.counted.total() == 0);
}

TEST_CASE("out of scope only the attention remains, in the day's coverage") {
  Settings settings;
  settings.include = {"https://a.test/*"};
  Recording recording(settings);
  Visit inside = visitOf(1, "https://a.test/", 700);
  Visit outside = visitOf(2, "https://private.test/", 300);
  Visit open = visitOf(3, "https://private.test/open", 50);
  open.exit = schemas::Exit::kOpen;
  Batch batch = recording.take(endedNow({inside, outside}, {1, 2}), {open});
  CHECK(batch.ended.size() == 1);
  CHECK(batch.open.empty());
  CHECK(batch.finals == std::vector<std::int64_t>{1});
  REQUIRE(batch.coverage.size() == 1);
  CHECK(batch.coverage[0].attentionInScopeMs == 700);
  CHECK(batch.coverage[0].attentionOutOfScopeMs == 350);
  recording.counted.expectTotal(hist::kNavigationAccessType, 1);

  open.attentionMs = 90;
  batch = recording.take({}, {open});
  CHECK(batch.coverage[0].attentionOutOfScopeMs == 40);
  batch = recording.take(endedNow({open}, {3}));
  CHECK(batch.coverage.empty());
}

TEST_CASE("samples count on the local day on which the visit began") {
  Recording recording;
  Visit visit = visitOf(1, "https://a.test/");
  visit.utcOffset = UtcOffset(14 * 60);  // 10:00 UTC is past the next midnight there
  const Batch batch = recording.take(endedNow({visit}, {1}));
  REQUIRE_FALSE(batch.histograms.empty());
  for (const auto& histogram : batch.histograms) CHECK(histogram.day == kDay + 1);
}

TEST_CASE("visits count in every page group whose pattern matches the URL as it is kept") {
  Settings settings;
  settings.pageGroups = {{"shop", {"https://a.test/shop*"}}, {"query", {"https://a.test/*?x*"}}};
  Recording recording(settings);
  const Batch batch = recording.take(
      endedNow({visitOf(1, "https://a.test/shop?x=1"), visitOf(2, "https://a.test/")}, {1, 2}));
  std::map<std::string, std::int64_t> accesses;
  for (const auto& histogram : batch.histograms) {
    if (histogram.name != "Navigation.AccessType") continue;
    for (const auto& bucket : histogram.buckets) accesses[histogram.group] += bucket.count;
  }
  CHECK(accesses == std::map<std::string, std::int64_t>{{"all", 2}, {"shop", 1}});
}

TEST_CASE("each sample is in exactly one batch") {
  Recording recording;
  CHECK_FALSE(recording.take(endedNow({visitOf(1, "https://a.test/")}, {1})).histograms.empty());
  CHECK(recording.take({}).empty());
}

TEST_CASE("a session counts once it is over and none of its visits is open") {
  Recording recording;
  TrackerOutput output;
  output.sessions = {{1, wallTime(kMidnight), wallTime(kMidnight + kHour), 3, 5'000}};
  Visit open = visitOf(1, "https://a.test/");
  open.exit = schemas::Exit::kOpen;
  open.session = 1;
  CHECK(recording.take(output, {open}, kMidnight + kHour + 60'000).sessions.size() == 1);
  recording.take({}, {open}, kMidnight + 5 * kHour);
  recording.counted.expectTotal(hist::kSessionPages, 0);
  output.sessions[0].activeMs = 6'000;
  recording.take(output, {}, kMidnight + 5 * kHour);
  recording.take(output, {}, kMidnight + 6 * kHour);
  recording.counted.expectUnique(hist::kSessionPages, 3, 1);
  recording.counted.expectUnique(hist::kSessionDuration, kHour, 1);
  recording.counted.expectUnique(hist::kSessionActiveTime, 6'000, 1);

  output.sessions = {{2, wallTime(kMidnight + 6 * kHour), wallTime(kMidnight + 7 * kHour), 1, 1}};
  recording.take(output, {}, kMidnight + 7 * kHour, BatchEnd::kFinished);
  recording.counted.expectTotal(hist::kSessionPages, 2);
}

TEST_CASE("a trajectory counts once it and its steps have ended; withdrawn ones do not count") {
  Recording recording;
  schemas::Trajectory trajectory{
      1, "https://a.test/login?x", "a.test", wallTime(kMidnight), wallTime(kMidnight), "", {5, 6}, 2, 800};
  TrackerOutput output;
  output.trajectories = {trajectory};
  Batch batch = recording.take(output);
  REQUIRE(batch.trajectories.size() == 1);
  CHECK(batch.trajectories[0].loginUrl == "https://a.test/login");
  recording.counted.expectTotal(hist::kLoginTrajectoryStarts, 0);
  trajectory.endReason = "logout";
  output.trajectories = {trajectory};
  Visit open = visitOf(6, "https://a.test/");
  open.exit = schemas::Exit::kOpen;
  recording.take(output, {open});
  recording.counted.expectTotal(hist::kLoginTrajectoryStarts, 0);
  recording.take({});
  recording.counted.expectUnique(hist::kLoginTrajectoryStarts, 0, 1);
  recording.counted.expectUnique(hist::kLoginTrajectoryLength, 2, 1);
  recording.counted.expectUnique(hist::kLoginTrajectoryEnd, 1, 1);

  trajectory.id = 2;
  output.trajectories = {trajectory};
  recording.take(output, {open});
  output.trajectories.clear();
  output.withdrawnTrajectories = {2};
  batch = recording.take(output);
  REQUIRE(batch.trajectories.size() == 1);
  CHECK(batch.trajectories[0].id == 2);
  CHECK(batch.trajectories[0].steps.empty());
  recording.counted.expectTotal(hist::kLoginTrajectoryStarts, 1);
}

TEST_CASE("a trajectory whose pages are all out of scope leaves nothing") {
  Settings settings;
  settings.exclude = {"https://bank.test/*"};
  Recording recording(settings);
  TrackerOutput output = endedNow({visitOf(4, "https://bank.test/home")}, {4});
  output.trajectories = {
      {1, "https://bank.test/", "bank.test", wallTime(1), wallTime(2), "closed", {4}, 1, 9}};
  const Batch batch = recording.take(output);
  CHECK(batch.trajectories.empty());
  CHECK(recording.counted.total() == 0);
}

TEST_CASE("the time to the first click is known when the result page is final") {
  Recording recording;
  Visit serp = visitOf(1, "https://find.test/");
  serp.resultsPage = schemas::ResultsPage{"find", "words", 10};
  Visit later = visitOf(2, "https://b.test/");
  later.serp = schemas::SerpClick{1, "find", "words", 2};
  later.start = *serp.attentionFirst + Millis(9'000);
  Visit first = later;  // in a background tab, still open
  first.id = 3;
  first.start = *serp.attentionFirst + Millis(4'000);
  first.exit = schemas::Exit::kOpen;
  recording.take(endedNow({serp, later}, {}), {first});
  recording.counted.expectTotal(hist::kSearchTimeToFirstClick, 0);
  recording.take(endedNow({}, {1, 2}), {first});
  recording.counted.expectUnique(hist::kSearchTimeToFirstClick, 4'000, 1);
}

TEST_CASE("what an earlier run left open counts as ended, but its attention not again") {
  Recording recording;
  Visit visit = visitOf(1, "https://a.test/");
  visit.exit = schemas::Exit::kAgentStopped;
  schemas::Trajectory trajectory{1,   "", "a.test", wallTime(kMidnight), wallTime(kMidnight), "agent_stopped",
                                 {1}, 1,  5};
  recording.recorder.addLeftOpen({{visit}, {trajectory}, {}, {}});
  const Batch batch = recording.take({});
  CHECK(batch.ended.size() == 1);
  CHECK(batch.finals == std::vector<std::int64_t>{1});
  CHECK(batch.trajectories.size() == 1);
  CHECK(batch.coverage.empty());
  recording.counted.expectTotal(hist::kNavigationAccessType, 1);
  recording.counted.expectUnique(hist::kLoginTrajectoryEnd, 5, 1);
}

TEST_CASE("a tab counts with its first page in scope, by how it was opened") {
  Settings settings;
  settings.include = {"https://a.test/*"};
  Recording recording(settings);
  Recorder& recorder = recording.recorder;
  recorder.handle(event(1, schemas::TabOpened{"b", "1", "w", {}, schemas::TabOpenedBy::kCommand}));
  schemas::Navigation navigation{"b", "1",   "w",  "https://private.test/", "", schemas::Transition::kLink,
                                 {},  false, false};
  recorder.handle(event(2, navigation));
  CHECK(recording.take({}).histograms.empty());
  navigation.url = "https://a.test/1";
  recorder.handle(event(3, navigation));
  recorder.handle(event(4, navigation));
  recorder.handle(event(5, schemas::LinkPressed{"b", "1", "https://a.test/2", 0, 350}));
  recorder.handle(event(6, schemas::LinkPressed{"b", "2", "https://a.test/2", 0, 350}));  // no such tab
  navigation.tab = "3";
  navigation.transition = schemas::Transition::kPresent;
  recorder.handle(event(7, navigation));
  recorder.handle(event(1'000, schemas::TabClosed{"b", "1"}));
  recorder.handle(event(6'000, schemas::TabClosed{"b", "3"}));
  recording.take({});
  recording.counted.expectUnique(hist::kTabNewTab, 2, 1);
  recording.counted.expectUnique(hist::kLinkHoverTime, 350, 1);
  recording.counted.expectUnique(hist::kTabClosedPeriod, 5'000, 1);
}

TEST_CASE("marks come with their wall time") {
  Recording recording;
  recording.recorder.handle(event(2'500, schemas::Mark{"task", "2"}));
  const Batch batch = recording.take({});
  REQUIRE(batch.marks.size() == 1);
  CHECK(toMs(batch.marks[0].time) == kMidnight + 10 * kHour + 2'500);
  CHECK(batch.marks[0].name == "task");
}

TEST_CASE("losses come as what is new, and count in Agent.Losses under their cause") {
  Recording recording;
  recording.recorder.noteLosses({{"tracker.tab_opened_twice", 2}, {"of_its_own", 1}}, wallTime(kMidnight));
  CHECK(recording.take({}).losses ==
        std::map<std::string, std::int64_t>{{"tracker.tab_opened_twice", 2}, {"of_its_own", 1}});
  recording.recorder.noteLosses({{"tracker.tab_opened_twice", 5}, {"of_its_own", 1}}, wallTime(kMidnight));
  CHECK(recording.take({}).losses == std::map<std::string, std::int64_t>{{"tracker.tab_opened_twice", 3}});
  recording.counted.expectBucket(hist::kAgentLosses, 5, 5);
  recording.counted.expectBucket(hist::kAgentLosses, 0, 1);
  recording.counted.expectTotal(hist::kAgentLosses, 6);
}

TEST_CASE("process samples and coverage go into the next batch") {
  Recording recording;
  recording.recorder.sample(hist::kStoreCommitResult, 13, monoTime(0));
  schemas::CoverageDay day;
  day.day = static_cast<std::int32_t>(kDay);
  day.runningS = 10;
  recording.recorder.addCoverage(day);
  const Batch batch = recording.take({});
  REQUIRE(batch.coverage.size() == 1);
  CHECK(batch.coverage[0].runningS == 10);
  recording.counted.expectUnique(hist::kStoreCommitResult, 13, 1);
}

TEST_CASE("a process sample counts on the local day of its time, by the clock in force") {
  const auto daysOf = [](const Batch& batch) {
    std::map<std::int32_t, std::int64_t> samples;
    for (const auto& histogram : batch.histograms) {
      for (const auto& bucket : histogram.buckets) samples[histogram.day] += bucket.count;
    }
    return samples;
  };
  using Days = std::map<std::int32_t, std::int64_t>;
  const auto day = static_cast<std::int32_t>(kDay);
  Recording recording({}, kMidnight);
  const auto sampleAt = [&](std::int64_t t) {
    recording.recorder.sample(hist::kAgentEventQueueDelay, 7, monoTime(t));
  };
  for (const std::int64_t t : {std::int64_t{0}, 24 * kHour - 1, 24 * kHour, 24 * kHour + 1, -std::int64_t{1}})
    sampleAt(t);
  CHECK(daysOf(recording.take({})) == Days{{day - 1, 1}, {day, 2}, {day + 1, 2}});
  sampleAt(48 * kHour);
  CHECK(daysOf(recording.take({})) == Days{{day + 2, 1}});
  sampleAt(48 * kHour);
  recording.recorder.setClock(wallTime(kMidnight - 24 * kHour), UtcOffset(0));
  sampleAt(48 * kHour);
  recording.recorder.setClock(wallTime(kMidnight - 24 * kHour), UtcOffset(-1));
  sampleAt(48 * kHour);
  CHECK(daysOf(recording.take({})) == Days{{day, 1}, {day + 1, 1}, {day + 2, 1}});
}
