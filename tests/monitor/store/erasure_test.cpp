#include "monitor/store/erasure.h"

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "app/agent/pipeline.h"
#include "base/database.h"
#include "base/file_lock.h"
#include "base/gzip.h"
#include "base/url.h"
#include "monitor/store/reader.h"
#include "monitor/store/rebuilt_histograms.h"
#include "monitor/store/store_schema.h"
#include "schemas/histogram_codec.h"
#include "schemas/histogram_registry.h"
#include "schemas/report_codec.h"
#include "tests/support/faulty_vfs.h"
#include "tests/support/temp_dir.h"
#include "tests/support/trace_generator.h"
#include "uploader/sealer.h"

/// Nothing of what is erased is left in any byte of the data folder, and all else stands as it stood. Every
/// URL, every search and every label of random traffic says of which host and of which day it is.

using namespace dwell;
using namespace dwell::tests;
using monitor::Erasure;

namespace {

constexpr int kDays = 3;

std::string hostWord(const std::string& host) {
  std::string word = "zqhost";
  for (const char c : host) word += c == '.' ? '-' : c;
  return word + "zq";
}
std::string dayWord(std::int32_t day) { return "zqday" + std::to_string(day) + "zq"; }

class Marked {
 public:
  Marked(GeneratedTrace trace, std::int32_t shift) : trace_(std::move(trace)) {
    trace_.header.wallStart += std::chrono::days(shift);
    trace_.header.utcOffset = UtcOffset(60);  // sessions and trajectories don't keep theirs
    for (auto& event : trace_.events) {
      now_ = trace_.header.wallStart + event.time.time_since_epoch();
      std::visit([this](auto& body) { mark(body); }, event.body);
    }
  }
  const GeneratedTrace& trace() const { return trace_; }

 private:
  std::string words(const std::string& host) const {
    return hostWord(host) + dayWord(localDay(now_, trace_.header.utcOffset));
  }
  std::string marked(const std::string& url) const {
    return url::isHttp(url) ? url + "/" + words(url::host(url)) : url;
  }
  template <class Body>
  std::string& wordsOf(const Body& body) {
    return words_[{body.browser, body.tab}];
  }

  void mark(schemas::Navigation& body) {
    wordsOf(body) = words(url::host(body.url));
    body.url = marked(body.url);
  }
  void mark(schemas::PageLabel& body) { body.label += wordsOf(body); }
  void mark(schemas::Serp& body) {
    body.query += wordsOf(body);
    const std::string day = wordsOf(body).substr(std::min(wordsOf(body).find("zqday"), wordsOf(body).size()));
    for (auto& result : body.results) result.url += "/" + hostWord(url::host(result.url)) + day;
  }
  template <class Body>
  void mark(Body&) {}

  GeneratedTrace trace_;
  WallTime now_;
  std::map<std::pair<std::string, std::string>, std::string> words_;  ///< of the page in each tab
};

/// A store with three days of traffic: the first in a delivered report, the second in one that waits, the
/// third unreported.
struct Home {
  explicit Home(std::uint32_t seed) {
    paths.dataDir = dir.path() / "data";
    REQUIRE(makePrivateFolder(paths.dataDir));
    frame.settings.urlDetail = UrlDetail::kFull;
    frame.settings.searchWords = SearchWords::kFull;
    for (int day = 0; day < kDays; ++day) record(seed + static_cast<std::uint32_t>(day) * 1'000, day);
  }

  void record(std::uint32_t seed, int day) {
    const GeneratedTrace trace = Marked(generateTrace(seed, 40), 2 * day).trace();
    frame.offset = trace.header.utcOffset;
    auto store = monitor::Store::open(paths.store()).value();
    app::Pipeline::Setup setup;
    setup.settings = frame.settings;
    setup.hook = trace.header.hook;
    setup.numbers = store.nextNumbers();
    setup.wallAtZero = trace.header.wallStart;
    setup.offset = trace.header.utcOffset;
    app::Pipeline pipeline(std::move(setup));
    const auto wall = [&](MonoTime time) { return trace.header.wallStart + time.time_since_epoch(); };
    MonoTime now{};
    std::vector<schemas::Event> some;
    for (const auto& event : trace.events) {
      now = event.time;
      some.push_back(event);
      if (some.size() < 25) continue;
      pipeline.add(std::exchange(some, {}), now);
      store.write(pipeline.batch(now, wall(now)));
    }
    pipeline.add(std::move(some), now);
    store.write(pipeline.finish(now + Millis(1'000), wall(now)));
    frame.now = wall(now) + std::chrono::hours(1);
    if (day + 1 == kDays) return;
    auto database = openDatabase(paths.store(), monitor::storeSchema()).value();
    REQUIRE(uploader::seal(
        database,
        {newUuid(), "experiment", {std::string(64, 'a'), "full visits", wallTime(0)}, {}, frame.settings},
        frame.now));
    if (day == 0) database.exec("UPDATE report SET state = 'delivered', settled_ms = 1, received_ms = 1");
  }

  std::vector<schemas::Visit> visits() const { return monitor::Reader::open(paths.store())->visits(); }

  /// Every byte of the data folder, and what the reports hold.
  std::string bytes() const {
    std::string all;
    for (const auto& entry : std::filesystem::directory_iterator(paths.dataDir)) {
      std::ifstream in(entry.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all + reports("%");
  }
  std::string reports(const std::string& state) const {
    std::string all;
    const SQLite::Database database(paths.store().string());
    SQLite::Statement row(database, "SELECT body FROM report WHERE length(body) > 0 AND state LIKE ?");
    row.bind(1, state);
    while (row.executeStep()) all += gzipUnpack(row.getColumn(0).getString(), 100'000'000).value();
    return all;
  }

  TempDir dir;
  Paths paths;
  monitor::ErasureFrame frame;
};

bool has(const std::string& bytes, const std::string& word) { return bytes.find(word) != std::string::npos; }

/// The store's histograms of visits, sessions and trajectories, and the same counted anew from the rows.
void checkHistograms(const Home& home) {
  const auto reader = monitor::Reader::open(home.paths.store()).value();
  const auto rebuilt = monitor::rebuiltHistograms(reader, home.frame.settings, home.frame.offset);
  const auto anew = schemas::addUpDays(rebuilt, "all").value();
  std::map<std::string, HistogramSamples> kept;
  for (auto& histogram : reader.histograms()) {
    const auto from = schemas::histogramInfo(*schemas::histogramFromName(histogram.name)).from;
    if (from != schemas::HistogramSource::kEvent && from != schemas::HistogramSource::kProcess)
      kept[histogram.name] = {histogram.buckets, histogram.sum};
  }
  REQUIRE(kept.size() == anew.size());
  for (const auto& [name, samples] : anew) {
    INFO(name << " kept " << kept[name].count() << ", " << kept[name].sum << "; anew " << samples.count()
              << ", " << samples.sum);
    REQUIRE(kept[name] == samples);
  }
}

/// Rows fit together: keys, daily sums, sessions, counts that are still to be reported.
void checkWhole(const Home& home) {
  SQLite::Database database(home.paths.store().string(), SQLite::OPEN_READWRITE);
  REQUIRE(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  const auto none = [&](const std::string& sql) {
    SQLite::Statement row(database, sql);
    INFO(sql);
    REQUIRE_FALSE(row.executeStep());
  };
  none("PRAGMA foreign_key_check");
  const std::string ofVisits =
      "SELECT (start_ms / 60000 + utc_offset_min) / 1440, url, access_type, count(*) FROM visit_v1 GROUP BY "
      "1, 2, 3";
  const std::string ofDays = "SELECT day, url, access_type, visits FROM page_day_v1";
  none(ofVisits + " EXCEPT " + ofDays);
  none(ofDays + " EXCEPT " + ofVisits);
  none("SELECT 1 FROM histogram WHERE count < reported OR reported < 0");
  none("SELECT 1 FROM unreported WHERE kind = 1 AND id NOT IN (SELECT id FROM visit)");
  none("SELECT 1 FROM visit WHERE id - source_back NOT IN (SELECT id FROM visit)");
  none("SELECT 1 FROM search, json_each(serp_visits) AS s WHERE s.value NOT IN (SELECT id FROM visit)");
  none("SELECT 1 FROM trajectory, json_each(steps) AS s WHERE s.value NOT IN (SELECT id FROM visit)");
  none(
      "SELECT 1 FROM url WHERE first_day IS NOT (SELECT min(day) FROM page_day WHERE page_day.url = url.id "
      "AND "
      "visits > 0)");
}

std::set<std::string> hostsOf(const std::vector<schemas::Visit>& visits) {
  std::set<std::string> hosts;
  for (const auto& visit : visits) hosts.insert(url::host(visit.url));
  return hosts;
}
std::set<std::int32_t> daysOf(const std::vector<schemas::Visit>& visits) {
  std::set<std::int32_t> days;
  for (const auto& visit : visits) days.insert(localDay(visit.start, visit.utcOffset));
  return days;
}

/// Whether a visit that stays shows a page of this word: one that was loaded on a day may be shown again, as
/// another visit, on the next.
template <class Erased>
bool stays(const std::vector<schemas::Visit>& visits, const Erased& erased, const std::string& word) {
  return std::any_of(visits.begin(), visits.end(),
                     [&](const auto& visit) { return !erased(visit) && has(visit.url, word); });
}

bool isOrBelow(const std::string& host, const std::string& domain) {
  const std::string end = "." + domain;
  return host == domain || (host.size() > end.size() && host.substr(host.size() - end.size()) == end);
}

}  // namespace

TEST_CASE("of an erased site no byte is left, of the others everything") {
  for (std::uint32_t seed = 1; seed <= std::min(seeds(), 12U); ++seed) {
    INFO("seed " << seed);
    Home home(seed);
    const auto before = home.visits();
    const auto hosts = hostsOf(before);
    const std::string bytesBefore = home.bytes();
    {
      INFO("before");
      checkHistograms(home);
    }
    const std::string host = *std::next(hosts.begin(), seed % static_cast<std::uint32_t>(hosts.size()));
    REQUIRE(has(bytesBefore, hostWord(host)));
    const auto erasure = monitor::erasureOf(host, {}).value();
    const auto expected = monitor::countErasable(home.paths, erasure, home.frame.offset).value();
    const auto erased = monitor::erase(home.paths, erasure, home.frame).value();
    CHECK(erased.compacted);
    CHECK(erased.visits == expected.visits);
    CHECK(erased.searches == expected.searches);

    const std::string bytes = home.bytes();
    REQUIRE_FALSE(has(bytes, hostWord(host)));
    std::size_t kept = 0;
    for (const auto& visit : before) kept += isOrBelow(url::host(visit.url), host) ? 0 : 1;
    REQUIRE(home.visits().size() == kept);
    for (const auto& other : hosts) {
      if (isOrBelow(other, host)) continue;
      INFO("erased " << host << ", not " << other);
      CHECK(has(bytes, hostWord(other)));
    }
    checkWhole(home);
    checkHistograms(home);
  }
}

TEST_CASE("of an erased period no byte is left, of the other days everything") {
  for (std::uint32_t seed = 1; seed <= std::min(seeds(), 12U); ++seed) {
    INFO("seed " << seed);
    Home home(seed);
    const auto before = home.visits();
    const auto days = daysOf(before);
    REQUIRE(days.size() >= kDays);
    {
      INFO("before");
      checkHistograms(home);
    }
    const std::int32_t day = *std::next(days.begin(), seed % static_cast<std::uint32_t>(days.size()));
    REQUIRE(monitor::erase(home.paths, {{}, {day, day}}, home.frame)->compacted);
    const std::string bytes = home.bytes();
    const auto erased = [&](const schemas::Visit& visit) {
      return localDay(visit.start, visit.utcOffset) == day;
    };
    for (const std::int32_t other : days)
      CHECK(has(bytes, dayWord(other)) == (other != day || stays(before, erased, dayWord(day))));
    std::size_t kept = 0;
    for (const auto& visit : before) kept += localDay(visit.start, visit.utcOffset) != day ? 1 : 0;
    REQUIRE(home.visits().size() == kept);
    checkWhole(home);
    checkHistograms(home);
  }
}

TEST_CASE("a site's visits of a period go, those of other days stay") {
  std::size_t gone = 0;
  for (std::uint32_t seed = 1; seed <= std::min(seeds(), 4U); ++seed) {
    INFO("seed " << seed);
    Home home(seed);
    const auto before = home.visits();
    const std::string host = url::host(before.front().url);
    const std::int32_t day = localDay(before.front().start, before.front().utcOffset);
    const auto erased = [&](const schemas::Visit& visit) {
      return isOrBelow(url::host(visit.url), host) && localDay(visit.start, visit.utcOffset) == day;
    };
    REQUIRE(monitor::erase(home.paths, {host, {day, day}}, home.frame)->compacted);
    const std::string bytes = home.bytes();
    const std::string word = hostWord(host) + dayWord(day);
    CHECK(has(bytes, word) == stays(before, erased, word));
    gone += has(bytes, word) ? 0 : 1;
    CHECK(has(bytes, dayWord(day)));
    CHECK(has(bytes, hostWord(host)));
    checkWhole(home);
    checkHistograms(home);
  }
  CHECK(gone > 0);
}

TEST_CASE("when everything is erased, numbers, consent and the marks of reports stay") {
  Home home(1);
  const auto reportsBefore = monitor::Reader::open(home.paths.store())->reports();
  const auto next = monitor::Store::open(home.paths.store())->nextNumbers().visit;
  std::ofstream(home.paths.store().string() + ".damaged-1") << "zqhost in a damaged store";
  REQUIRE(monitor::erase(home.paths, {}, home.frame)->compacted);
  CHECK_FALSE(has(home.bytes(), "zq"));
  CHECK(home.visits().empty());
  CHECK(monitor::Store::open(home.paths.store())->nextNumbers().visit == next);
  const auto reports = monitor::Reader::open(home.paths.store())->reports();
  REQUIRE(reports.size() == reportsBefore.size());
  for (std::size_t i = 0; i < reports.size(); ++i) {
    CHECK(reports[i].id == reportsBefore[i].id);
    CHECK(reports[i].sha256 == reportsBefore[i].sha256);
    CHECK(reports[i].sealed == reportsBefore[i].sealed);
    CHECK_FALSE(reports[i].readable);
    CHECK(reports[i].state != "waiting");
  }
}

TEST_CASE("a waiting report is sealed anew without what was erased, unless it may have arrived") {
  for (const bool mayHaveArrived : {false, true}) {
    Home home(2);
    const auto waiting = [&](const std::string& column) {
      SQLite::Database database(home.paths.store().string());
      SQLite::Statement row(database, "SELECT " + column + " FROM report WHERE state = 'waiting'");
      return row.executeStep() ? row.getColumn(0).getString() : "";
    };
    const std::string id = waiting("id"), number = waiting("sequence");
    SQLite::Database(home.paths.store().string(), SQLite::OPEN_READWRITE)
        .exec(
            "INSERT INTO upload_attempt (time_ms, report, status, net_error, outcome, detail) VALUES (1, '" +
            id + "', NULL, " + (mayHaveArrived ? "28" : "7") +
            ", 'retry', ''); UPDATE report SET attempts = 1 WHERE state = 'waiting'");
    const std::string text = home.reports("waiting");
    const auto hosts = hostsOf(home.visits());
    const auto host =
        std::find_if(hosts.begin(), hosts.end(), [&](const auto& h) { return has(text, hostWord(h)); });
    REQUIRE(host != hosts.end());
    CHECK(monitor::erase(home.paths, {*host, {}}, home.frame)->reports >= 1);
    if (mayHaveArrived) {
      CHECK(waiting("id").empty());
      const auto losses = monitor::Reader::open(home.paths.store())->losses();
      CHECK(std::any_of(losses.begin(), losses.end(),
                        [](const auto& l) { return l.cause == "report.erased"; }));
    } else {
      CHECK(waiting("id") != id);
      CHECK(waiting("sequence") == number);
      const auto report = schemas::decodeReport(home.reports("waiting"));
      REQUIRE(report);
      CHECK(report->id == waiting("id"));
    }
    for (const auto& report : monitor::Reader::open(home.paths.store())->reports()) {
      if (report.id == id) CHECK(report.state == (mayHaveArrived ? "quarantined" : "replaced"));
    }
  }
}

TEST_CASE("an erasure that was killed at whatever write is completed at the next start") {
  int killed = 0;
  for (int writes = 0;; writes = writes * 5 / 4 + 7) {
    Home home(5);
    const std::string host = url::host(home.visits().front().url);
    const pid_t child = fork();
    if (child == 0) {
      std::set_terminate([] { _exit(9); });
      FaultyVfs disk;
      disk.fullAfter(writes);
      const bool done = [&]() noexcept {
        return monitor::erase(home.paths, {host, {}}, home.frame)->compacted;
      }();
      _exit(done ? 0 : 8);
    }
    int status = 0;
    REQUIRE(waitpid(child, &status, 0) == child);
    if (WEXITSTATUS(status) == 0) break;
    ++killed;
    INFO("after " << writes << " writes");
    const auto done = monitor::completeErasure(home.paths, home.frame);
    REQUIRE(done);
    REQUIRE(*done);
    REQUIRE((*done)->compacted);
    REQUIRE_FALSE(has(home.bytes(), hostWord(host)));
    checkWhole(home);
    REQUIRE_FALSE(monitor::completeErasure(home.paths, home.frame).value());
  }
  CHECK(killed > 5);
}

TEST_CASE("what is recorded while an erasure still waits to be compacted stays") {
  Home home(4);
  {
    SQLite::Database reader(home.paths.store().string());
    SQLite::Statement reading(reader, "SELECT * FROM visit");
    reading.executeStep();
    CHECK_FALSE(monitor::erase(home.paths, {}, home.frame)->compacted);
  }
  home.record(99, kDays - 1);
  const auto visits = home.visits().size();
  CHECK(visits > 0);
  CHECK(monitor::completeErasure(home.paths, home.frame).value()->compacted);
  CHECK(home.visits().size() == visits);
  CHECK_FALSE(has(home.bytes(), dayWord(0)));
}

TEST_CASE("while an upload is under way nothing is erased") {
  Home home(1);
  const auto upload = FileLock::take(home.paths.uploadLock());
  const auto erased = monitor::erase(home.paths, {}, home.frame);
  REQUIRE_FALSE(erased);
  CHECK(has(erased.error().message(), "upload"));
  CHECK_FALSE(home.visits().empty());
}

TEST_CASE("a host is taken as people write it") {
  CHECK(monitor::erasureOf("Shop.Example", {})->host == "shop.example");
  CHECK(monitor::erasureOf("https://Shop.Example:8080/cart", {})->host == "shop.example");
  CHECK(monitor::erasureOf("shop.example:8080", {})->host == "shop.example");
  CHECK_FALSE(monitor::erasureOf("", {}));
  CHECK_FALSE(monitor::erasureOf("*", {}));
  CHECK_FALSE(monitor::erasureOf("a shop", {}));
  CHECK_FALSE(monitor::erasureOf({}, {5, 4}));
}
