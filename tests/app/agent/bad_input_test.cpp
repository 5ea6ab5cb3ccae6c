// What no honest browser sends, through the frames of a connection, the pipeline and the store: the outcome
// that docs/measurement.md section 15 says, counted by cause, and never an end of the recording.
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "app/agent/pipeline.h"
#include "base/frames.h"
#include "monitor/source/browser_source.h"
#include "monitor/store/reader.h"
#include "tests/support/histogram_tester.h"
#include "tests/support/temp_dir.h"

namespace {

using namespace dwell;
using monitor::Losses;
namespace hist = schemas::hist;

constexpr std::int64_t kWallAtZero = 1'700'000'000'000;
constexpr MonoTime kStart = monoTime(1'000'000);

/// Its time is filled in when its message is sent: `age` ms before that.
std::string event(std::int64_t age, const std::string& type, const std::string& more = {}) {
  return R"({"time_ms":@)" + std::to_string(age) + R"(,"browser":"b","type":")" + type + "\"" + more + "}";
}
/// The browser's wall clock `at` ms after the start.
std::int64_t wall(std::int64_t at) { return 100'000 + at; }
std::string sentAt(std::int64_t at, const std::string& events) {
  std::string sent;
  std::size_t from = 0;
  for (std::size_t mark = 0; (mark = events.find('@', from)) != std::string::npos;) {
    const std::size_t end = events.find(',', mark);
    sent += events.substr(from, mark - from);
    sent += std::to_string(wall(at) - std::stoll(events.substr(mark + 1, end - mark - 1)));
    from = end;
  }
  return sent + events.substr(from);
}
std::string ofTab(std::int64_t age, const std::string& type, const std::string& tab,
                  const std::string& more = {}) {
  return event(age, type, R"(,"tab":")" + tab + "\"" + more);
}
std::string page(std::int64_t age, const std::string& tab, const std::string& url) {
  return ofTab(age, "navigation", tab, R"(,"window":"w","transition":"link","url":")" + url + "\"");
}
std::string joined(const std::vector<std::string>& events) {
  std::string all;
  for (const std::string& each : events) all += (all.empty() ? "" : ",") + each;
  return all;
}
const std::string kHello = event(0, "browser_connected");
const std::string kPage = ofTab(0, "tab_opened", "1", R"(,"window":"w")") + "," +
                          ofTab(0, "tab_activated", "1", R"(,"window":"w")") + "," +
                          event(0, "window_focus", R"(,"window":"w")") + "," +
                          page(0, "1", "https://meadow.test/");

app::Pipeline::Setup setup() {
  app::Pipeline::Setup made;
  made.settings.urlDetail = UrlDetail::kFull;
  made.start = kStart;
  made.wallAtZero = wallTime(kWallAtZero);
  return made;
}

/// A browser that says what it likes, and an agent without its loop.
struct Recording {
  Recording() {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    browser = ends[0];
    source.emplace(ends[1], known, losses);
  }
  ~Recording() { close(browser); }
  Recording(const Recording&) = delete;
  Recording& operator=(const Recording&) = delete;

  /// Bytes as they come out of a bridge, arriving `at` ms after the start.
  void bytes(std::string_view bytes, std::int64_t at) {
    const MonoTime now = kStart + Millis(at);
    while (!bytes.empty()) {
      const ssize_t sent = send(browser, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      std::vector<schemas::Event> events;
      REQUIRE(source->drain(now, events));
      pipeline.add(std::move(events), now);
    }
  }
  void frame(const std::string& payload, std::int64_t at) {
    std::string framed;
    appendFrame(framed, payload);
    bytes(framed, at);
  }
  void message(const std::string& events, std::int64_t at = 0) {
    frame(R"({"v":1,"born":7,"seq":)" + std::to_string(++number) + R"(,"sent_ms":)" +
              std::to_string(wall(at)) + R"(,"events":[)" + sentAt(at, events) + "]}",
          at);
  }

  /// Ends it and writes all that it gave.
  void finish(std::int64_t at) {
    pipeline.addLosses("browser.", losses);
    const auto batch = pipeline.finish(kStart + Millis(at), wallTime(kWallAtZero + toMs(kStart) + at));
    counted.add(batch.histograms);
    store.write(batch);
  }
  std::vector<schemas::Visit> visits() const { return reader.visits(); }
  /// Of what no cause has been left out, in the store and in Agent.Losses.
  void expectLosses(const Losses& expected) const {
    Losses stored;
    for (const auto& loss : reader.losses()) stored[loss.cause] = loss.count;
    CHECK(stored == expected);
    std::int64_t all = 0;
    for (const auto& [cause, count] : expected) {
      all += count;
      const auto value = schemas::histogramEnumValue(hist::kAgentLosses, cause.substr(cause.rfind('.') + 1));
      REQUIRE(value);
      counted.expectBucket(hist::kAgentLosses, *value, count);
    }
    counted.expectTotal(hist::kAgentLosses, all);
  }

  tests::TempDir folder;
  monitor::Store store = monitor::Store::open(folder.path() / "store.sqlite").value();
  monitor::Reader reader = monitor::Reader::open(folder.path() / "store.sqlite").value();
  app::Pipeline pipeline{setup()};
  int browser = -1;
  int number = 0;
  monitor::KnownBrowsers known;
  Losses losses;
  std::optional<monitor::BrowserSource> source;
  tests::HistogramTester counted;
};

TEST_CASE("time that goes back within a message is put in order, and from the future is now") {
  Recording r;
  r.message(joined({kHello, kPage}), 1000);
  r.message(joined({ofTab(-5000, "tab_closed", "1"), event(300, "window_focus", R"(,"window":null)")}), 2000);
  r.finish(9000);
  REQUIRE(r.visits().size() == 1);
  CHECK(r.visits()[0].attentionMs == 700);
  CHECK(toMs(r.visits()[0].end - r.visits()[0].start) == 1000);
  r.expectLosses({});
}

TEST_CASE(
    "what comes long after its time counts at the window's edge, and from before the start not at all") {
  Recording r;
  r.message(joined({kHello, kPage}), 1000);
  r.message(event(0, "window_focus", R"(,"window":"w")"), 5000);
  r.message(ofTab(3000, "tab_closed", "1"), 6000);  // of 3000; passed is 4500
  r.message(ofTab(90'000, "media", "1", R"(,"audible":true)"), 6000);
  r.message(event(99'999, "window_focus", R"(,"window":"w")"), 6000);
  r.finish(9000);
  REQUIRE(r.visits().size() == 1);
  CHECK(r.visits()[0].attentionMs == 3500);
  r.expectLosses({{"late", 1}, {"before_start", 2}});
}

TEST_CASE("events of tabs and browsers that nobody announced") {
  Recording r;
  r.message(R"({"time_ms":100000,"type":"browser_connected","browser":"b"})");
  r.message(joined({ofTab(0, "tab_closed", "9"), ofTab(0, "scroll_depth", "8", R"(,"percent":5)"),
                    R"({"time_ms":100000,"type":"tab_closed","browser":"c","tab":1})",
                    R"({"time_ms":100000,"type":"browser_disconnected","browser":"c"})",
                    page(0, "7", "https://a/")}));
  r.finish(1000);
  REQUIRE(r.visits().size() == 1);
  CHECK(r.visits()[0].tabOpenedBy == schemas::TabOpenedBy::kUnknown);
  r.expectLosses(
      {{"tracker.tab_unknown", 1}, {"tracker.page_without_visit", 1}, {"browser.event_refused", 2}});
}

TEST_CASE("events before the connection's first are refused") {
  Recording r;
  r.message(kPage);
  r.message(kHello);
  r.finish(1000);
  CHECK(r.visits().empty());
  r.expectLosses({{"browser.event_refused", 4}});
}

TEST_CASE("a tab opened twice and a window never seen") {
  Recording r;
  r.message(joined({kHello, kPage, ofTab(0, "tab_opened", "1", R"(,"window":"w","how":"link")")}));
  r.message(ofTab(0, "tab_opened", "1", R"(,"window":"w","how":"button")"), 1000);
  r.message(event(0, "window_focus", R"(,"window":"nowhere")"), 2000);
  r.finish(3000);
  REQUIRE(r.visits().size() == 1);
  CHECK(r.visits()[0].attentionMs == 2000);
  r.expectLosses({{"tracker.tab_opened_twice", 1}, {"tracker.window_unknown", 1}});
}

TEST_CASE("absurd counts and percentages cost their own event") {
  Recording r;
  r.message(joined(
      {kHello, kPage, ofTab(0, "scroll_depth", "1", R"(,"percent":40)"),
       ofTab(0, "scroll_depth", "1", R"(,"percent":101)"), ofTab(0, "scroll_depth", "1", R"(,"percent":-1)"),
       ofTab(0, "scroll_depth", "1", R"(,"percent":1e99)"),
       ofTab(0, "form", "1", R"(,"fields":1,"characters":9223372036854775807)"),
       ofTab(0, "form", "1", R"(,"fields":3)"), ofTab(0, "link_pressed", "1", R"(,"url":"","index":-3)"),
       ofTab(0, "page_vitals", "1", R"(,"cls":1e7)")}));
  r.finish(1000);
  REQUIRE(r.visits().size() == 1);
  CHECK(r.visits()[0].scrollDepthPercent == 40);
  CHECK(r.visits()[0].form.fields == 3);
  CHECK(r.visits()[0].linksPressed == 0);
  r.expectLosses({{"browser.event_refused", 6}});
}

TEST_CASE("numbers beyond 64 bits make a message none") {
  Recording r;
  r.message(joined({kHello, kPage}));
  r.message(ofTab(0, "form", "1", R"(,"fields":99999999999999999999999)"));
  r.message(ofTab(0, "form", "1", R"(,"fields":2)"));
  r.finish(1000);
  CHECK(r.visits().at(0).form.fields == 2);
  r.expectLosses({{"browser.message_refused", 1}, {"browser.message_lost", 1}});
}

TEST_CASE("a URL as long as a frame is kept whole, and a longer frame is lost and missed") {
  Recording r;
  r.message(joined({kHello, kPage}));
  const std::string url = "https://meadow.test/" + std::string(kMaxFrameBytes - 400, 'x');
  r.message(page(0, "1", url), 1000);
  const std::uint32_t tooLong = 2 << 20;
  r.bytes(std::string(reinterpret_cast<const char*>(&tooLong), sizeof tooLong) + std::string(tooLong, 'x'),
          2000);
  ++r.number;
  r.message(page(0, "1", "https://meadow.test/2"), 3000);
  r.finish(4000);
  REQUIRE(r.visits().size() == 3);
  CHECK(r.visits()[1].url == url);
  CHECK(r.visits()[2].attentionMs == 1000);
  r.expectLosses({{"browser.message_refused", 1}, {"browser.message_lost", 1}});
}

TEST_CASE("invalid UTF-8 costs its message") {
  Recording r;
  r.message(joined({kHello, kPage}));
  r.message(page(0, "1", "https://meadow.test/\xff\xfe"), 1000);
  r.message(page(0, "1", "https://meadow.test/\xed\xa0\x80"), 1000);
  r.message(page(0, "1", "https://meadow.test/\xf0\x9f\x98\x80"), 2000);
  r.finish(3000);
  REQUIRE(r.visits().size() == 2);
  CHECK(r.visits()[1].url == "https://meadow.test/\xf0\x9f\x98\x80");
  r.expectLosses({{"browser.message_refused", 2}, {"browser.message_lost", 2}});
}

TEST_CASE("ten thousand open tabs") {
  Recording r;
  r.message(joined({kHello, kPage}));
  for (int from = 0; from < 10'000; from += 1'000) {
    std::vector<std::string> events;
    for (int tab = from; tab < from + 1'000; ++tab) {
      const std::string name = "many" + std::to_string(tab);
      events.push_back(ofTab(0, "tab_opened", name, R"(,"window":"w")"));
      events.push_back(page(0, name, "https://meadow.test/" + name));
    }
    r.message(joined(events), from);
  }
  r.store.write(r.pipeline.batchUpTo(kStart + Millis(11'000), wallTime(kWallAtZero + toMs(kStart) + 11'000)));
  CHECK(r.visits().size() == 10'001);
  r.message(ofTab(0, "tab_activated", "many9999", R"(,"window":"w")"), 12'000);
  r.finish(13'000);
  const auto visits = r.visits();
  REQUIRE(visits.size() == 10'001);
  CHECK(visits.front().attentionMs == 12'000);
  CHECK(visits.back().attentionMs == 1'000);
  CHECK(std::all_of(visits.begin(), visits.end(),
                    [](const auto& visit) { return visit.exit == schemas::Exit::kAgentStopped; }));
  r.expectLosses({});
}

std::string serp(std::int64_t results) {
  std::vector<std::string> rows;
  for (std::int64_t rank = 1; rank <= results; ++rank) {
    const std::string number = std::to_string(rank);
    rows.push_back(R"({"rank":)" + number + R"(,"url":"https://r)" + number + R"(.test/"})");
  }
  return ofTab(0, "serp", "1", R"(,"engine":"e","query":"q","results":[)" + joined(rows) + "]");
}

TEST_CASE("a SERP with ten thousand results is kept whole, one with more is refused") {
  Recording r;
  r.message(joined({kHello, kPage, serp(10'000)}));
  r.message(joined({serp(10'001), ofTab(0, "serp_seen", "1", R"(,"ranks":[10000])")}), 500);
  r.message(page(0, "1", "https://r9999.test/"), 1000);
  r.finish(2000);
  REQUIRE(r.visits().size() == 2);
  CHECK(r.visits()[0].resultsPage->results == 10'000);
  REQUIRE(r.visits()[1].serp);
  CHECK(r.visits()[1].serp->rank == 9'999);
  r.expectLosses({{"browser.event_refused", 1}});
}

}  // namespace
