#include "monitor/source/browser_source.h"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using dwell::monoTime;
using dwell::MonoTime;
using dwell::monitor::BrowserSource;
using dwell::monitor::KnownBrowsers;
using dwell::monitor::Losses;
using dwell::monitor::MessageNumbers;
using namespace dwell::schemas;

constexpr MonoTime kArrival = monoTime(500'000);
const std::string kHello =
    R"({"time_ms":9000,"type":"browser_connected","browser":"b","product":"Chromium","version":"156"})";

std::string message(std::int64_t number, const std::string& events, const std::string& more = {}) {
  return R"({"v":1,"born":77,"seq":)" + std::to_string(number) + R"(,"sent_ms":10000,)" + more +
         "\"events\":[" + events + "]}";
}

/// A browser's end of a connection, and the source at the agent's.
struct Connection {
  Connection() {
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    browser = ends[0];
    source.emplace(ends[1], known, losses);
  }
  ~Connection() { hangUp(); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void write(const std::string& bytes) const {
    REQUIRE(send(browser, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
  }
  void send_(const std::string& json) const {
    std::string bytes;
    dwell::appendFrame(bytes, json);
    write(bytes);
  }
  void hangUp() {
    if (browser >= 0) close(browser);
    browser = -1;
  }
  /// As another connection that shares what is known.
  void use(KnownBrowsers& shared) {
    hangUp();
    int ends[2];
    REQUIRE(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) == 0);
    browser = ends[0];
    source.emplace(ends[1], shared, losses);
  }
  /// What the agent has said since the last call.
  std::vector<std::string> acknowledged() const {
    dwell::FrameReader frames;
    char piece[65'536];
    const ssize_t got = recv(browser, piece, sizeof piece, 0);
    if (got > 0) frames.add({piece, static_cast<std::size_t>(got)});
    std::vector<std::string> all;
    for (auto frame = frames.next(); frame && *frame; frame = frames.next()) all.emplace_back(**frame);
    return all;
  }
  std::vector<Event> drained(MonoTime now = kArrival) {
    std::vector<Event> events;
    REQUIRE(source->drain(now, events));
    return events;
  }

  int browser = -1;
  KnownBrowsers known;
  Losses losses;
  std::optional<BrowserSource> source;
};

TEST_CASE("an event has the age it had when its message was sent, and none is from the future") {
  Connection connection;
  connection.send_(message(1, kHello + R"(,{"time_ms":9970,"type":"tab_closed","browser":"b","tab":1})" +
                                  R"(,{"time_ms":10500,"type":"tab_closed","browser":"b","tab":2})"));
  const auto events = connection.drained();
  REQUIRE(events.size() == 3);
  CHECK(events[0].time == kArrival - dwell::Millis(1000));
  CHECK(events[1].time == kArrival - dwell::Millis(30));
  CHECK(events[2].time == kArrival);
  CHECK(std::get<TabClosed>(events[1].body).tab == "1");
  CHECK(connection.losses.empty());
  REQUIRE(connection.source->connected());
  CHECK(connection.source->connected()->product == "Chromium");
}

TEST_CASE("a message that is long under way tells of events when they were") {
  Connection connection;
  connection.send_(message(1, kHello));
  CHECK(connection.drained().at(0).time == kArrival - dwell::Millis(1000));
  connection.send_(message(2, R"({"time_ms":9970,"type":"tab_closed","browser":"b","tab":1})"));
  CHECK(connection.drained(kArrival + dwell::Millis(250)).at(0).time == kArrival - dwell::Millis(30));
}

TEST_CASE("bad events are left out and counted, and the rest of the message counts") {
  Connection connection;
  connection.send_(message(
      1, kHello + R"(,{"time_ms":9000,"type":"holiday","browser":"b"})"                   // unknown type
                  R"(,{"time_ms":9000,"type":"tab_closed","browser":"b"})"                // no tab
                  R"(,{"type":"tab_closed","browser":"b","tab":1})"                       // no time
                  R"(,{"time_ms":9000,"type":"tab_closed","browser":"another","tab":1})"  // not its name
                  R"(,{"time_ms":9000,"type":"end"})"                                     // not its business
                  R"(,{"time_ms":9000,"type":"input","kind":"key","key_class":"character"})"  // nor this
                  R"(,{"time_ms":9000,"type":"browser_disconnected","browser":"b"})"          // nor this
                  R"(,7,{"time_ms":9000,"type":"tab_closed","browser":"b","tab":1})"));
  CHECK(connection.drained().size() == 2);
  CHECK(connection.losses == Losses{{"event_refused", 6}, {"event_unknown", 1}, {"input_not_asked", 1}});
  CHECK_FALSE(connection.source->complaint().empty());
}

TEST_CASE("an unknown event type alone is counted and no complaint") {
  Connection connection;
  connection.send_(message(1, kHello + R"(,{"time_ms":9000,"type":"holiday","browser":"b"})"));
  connection.drained();
  CHECK(connection.losses == Losses{{"event_unknown", 1}});
  CHECK(connection.source->complaint().empty());
}

TEST_CASE("what is no message is counted and the next one read, whatever it was") {
  const std::string bad[] = {"",
                             "no json",
                             "[]",
                             "{}",
                             R"({"v":2,"born":1,"seq":1,"sent_ms":1,"events":[]})",
                             R"({"v":1,"born":1,"seq":-1,"sent_ms":1,"events":[]})",
                             R"({"v":1,"born":1,"seq":1,"sent_ms":1.5,"events":[]})",
                             R"({"v":1,"born":1,"seq":1,"sent_ms":1})",
                             R"({"v":1,"born":1,"seq":1,"sent_ms":1,"events":{}})",
                             std::string("{\"v\":1,\"born\":\"\xff\xfe\"}"),
                             std::string(2000, '[')};
  for (const auto& json : bad) {
    Connection connection;
    connection.send_(json);
    connection.send_(message(1, kHello));
    INFO(json);
    CHECK(connection.drained().size() == 1);
    CHECK(connection.losses == Losses{{"message_refused", 1}});
    CHECK_FALSE(connection.source->complaint().empty());
  }
}

TEST_CASE("a frame that is too long is skipped, and the stream stays in step") {
  Connection connection;
  const std::uint32_t length = dwell::kMaxFrameBytes + 1;
  connection.write(std::string(reinterpret_cast<const char*>(&length), sizeof length));
  for (std::size_t left = length; left > 0;) {
    const std::size_t piece = std::min<std::size_t>(left, 16'384);
    connection.write(std::string(piece, ' '));
    connection.drained();
    left -= piece;
  }
  connection.send_(message(1, kHello));
  CHECK(connection.drained().size() == 1);
  CHECK(connection.losses == Losses{{"message_refused", 1}});
  CHECK(connection.source->complaint().find("at most 1048576 bytes") != std::string::npos);
}

TEST_CASE("complaints say nothing of what a message held") {
  Connection connection;
  connection.send_(message(1, kHello + R"(,{"time_ms":9000,"type":"navigation","browser":"b","tab":1,)"
                                       R"("url":"https://secret.example/","transition":"secret"})"));
  connection.drained();
  CHECK(connection.losses == Losses{{"event_refused", 1}});
  CHECK(connection.source->complaint().find("secret") == std::string::npos);
}

TEST_CASE("messages that are missing are counted and those sent again known, over a broken connection too") {
  MessageNumbers numbers;
  CHECK(numbers.note(77, 4) == 0);  // what was before is not known
  CHECK(numbers.note(77, 5) == 0);
  CHECK(numbers.note(77, 8) == 2);
  CHECK(numbers.note(78, 1) == 0);  // a new worker
  CHECK(numbers.note(77, 10) == 1);
  CHECK(numbers.note(77, 7) == std::nullopt);  // sent again
  CHECK(numbers.note(77, 10) == std::nullopt);
  CHECK(numbers.note(77, 11) == 0);
  for (std::int64_t born = 100; born < 1000; ++born) CHECK(numbers.note(born, 1) == 0);
}

TEST_CASE("a message that is sent again counts once, and is acknowledged again") {
  Connection connection;
  const std::string closed = R"({"time_ms":9970,"type":"tab_closed","browser":"b","tab":1})";
  connection.send_(message(0, kHello));
  connection.send_(message(1, closed));
  CHECK(connection.drained().size() == 2);
  CHECK(connection.acknowledged() ==
        std::vector<std::string>{R"({"v":1,"acknowledged":{"born":77,"seq":1}})"});
  connection.send_(message(1, closed));
  CHECK(connection.drained().empty());
  CHECK(connection.acknowledged().size() == 1);
  CHECK(connection.losses.empty());
}

TEST_CASE("an assistant hears that it was heard before it has sent anything with a number") {
  Connection connection;
  connection.send_(message(0, kHello));
  connection.drained();
  CHECK(connection.acknowledged() ==
        std::vector<std::string>{R"({"v":1,"acknowledged":{"born":77,"seq":0}})"});
}

TEST_CASE("a browser that never reads its acknowledgements is read on") {
  Connection connection;
  connection.send_(message(0, kHello));
  std::size_t taken = 0;
  for (std::int64_t number = 1; number <= 20'000; ++number) {
    connection.send_(message(number, R"({"time_ms":9970,"type":"tab_closed","browser":"b","tab":1})"));
    taken += connection.drained().size();
  }
  CHECK(taken == 20'001);
}

const std::string kThere =
    R"({"time_ms":9000,"type":"tab_opened","browser":"b","tab":1},)"
    R"({"time_ms":9000,"type":"tab_opened","browser":"b","tab":2},)"
    R"({"time_ms":9000,"type":"navigation","browser":"b","tab":1,"url":"http://a.test/","transition":"present"},)"
    R"({"time_ms":9000,"type":"navigation","browser":"b","tab":2,"url":"http://b.test/","transition":"present"},)"
    R"({"time_ms":9000,"type":"page_focus","browser":"b","tab":1,"focused":true})";

TEST_CASE("of what is there only the news counts for one who knows this run of the browser") {
  KnownBrowsers known;
  const auto connect = [&known](const std::string& session, const std::string& there,
                                const std::string& tabs) {
    Connection connection;
    connection.use(known);
    connection.send_(message(0, kHello, "\"session\":" + session + ","));
    connection.send_(message(0, there, "\"tabs\":" + tabs + ","));
    const auto events = connection.drained();
    CHECK(connection.losses.empty());
    return events;
  };
  CHECK(connect("5", kThere, "[1,2]").size() == 6);
  // The next worker of the same run: hello, and the focus, which the tracker compares itself.
  CHECK(connect("5", kThere, "[1,2]").size() == 2);
  // While there was no worker, tab 1 went on to another page and tab 2 was closed.
  const auto later = connect(
      "5",
      R"({"time_ms":9000,"type":"tab_opened","browser":"b","tab":1},)"
      R"({"time_ms":9000,"type":"navigation","browser":"b","tab":1,"url":"http://c.test/","transition":"present"})",
      "[1]");
  REQUIRE(later.size() == 3);
  CHECK(std::get<Navigation>(later[1].body).url == "http://c.test/");
  CHECK(std::get<TabClosed>(later[2].body).tab == "2");
  // Another run: its tab 1 is another one.
  CHECK(connect("6", kThere, "[1,2]").size() == 6);
}

TEST_CASE("without the name of its run nothing that a browser told before is taken for known") {
  KnownBrowsers known;
  for (int round = 0; round < 2; ++round) {
    Connection connection;
    connection.use(known);
    connection.send_(message(0, kHello));
    connection.send_(message(0, kThere, R"("tabs":[1,2],)"));
    CHECK(connection.drained().size() == 6);
    CHECK_FALSE(connection.source->resumable());
  }
}

TEST_CASE("a page that is told by its own navigation is not told again as one that is there") {
  Connection connection;
  connection.send_(message(0, kHello, R"("session":5,)"));
  connection.send_(
      message(1, R"({"time_ms":9000,"type":"navigation","browser":"b","tab":1,"url":"http://a.test/",)"
                 R"("transition":"typed"})"));
  connection.send_(message(0, kThere));
  const auto events = connection.drained();
  REQUIRE(events.size() == 5);
  CHECK(std::get<Navigation>(events[1].body).transition == Transition::kTyped);
  CHECK(std::get<TabOpened>(events[2].body).tab == "2");
  CHECK(std::get<Navigation>(events[3].body).tab == "2");
}

TEST_CASE("a worker may find a page that the one before it had told: it counts once, another page counts") {
  Connection connection;
  const auto page = [](const std::string& url, const std::string& transition) {
    return R"({"time_ms":9000,"type":"navigation","browser":"b","tab":1,"url":")" + url +
           R"(","transition":")" + transition + "\"}";
  };
  connection.send_(message(0, kHello, R"("session":5,)"));
  connection.send_(message(1, page("http://a.test/", "typed")));
  connection.send_(message(2, page("http://a.test/", "present")));
  connection.send_(message(3, page("http://b.test/", "present")));
  connection.send_(message(4, page("http://b.test/", "link")));
  const auto events = connection.drained();
  REQUIRE(events.size() == 4);
  CHECK(std::get<Navigation>(events[2].body).url == "http://b.test/");
  CHECK(std::get<Navigation>(events[3].body).transition == Transition::kLink);
}

TEST_CASE("an assistant has caught up when it says so") {
  Connection connection;
  connection.send_(message(0, kHello, R"("session":5,)"));
  connection.drained();
  CHECK_FALSE(connection.source->caughtUp());
  connection.send_(message(0, "", R"("caught_up":true,)"));
  connection.drained();
  CHECK(connection.source->caughtUp());
}

TEST_CASE("what the assistant had to drop is counted, once: it explains as many missing numbers") {
  Connection connection;
  connection.send_(message(0, kHello));
  connection.send_(message(1, ""));
  connection.send_(message(0, "", R"("dropped":12,)"));
  connection.send_(message(14, ""));
  connection.send_(message(17, ""));
  connection.drained();
  CHECK(connection.losses == Losses{{"event_dropped", 12}, {"message_lost", 2}});
}

TEST_CASE("a message that says it dropped more than there can be is refused, however often it comes") {
  Connection connection;
  connection.send_(message(0, kHello));
  connection.send_(message(0, "", R"("dropped":1000000000,)"));
  for (int i = 0; i < 1'100; ++i) {
    connection.send_(message(0, "", R"("dropped":9007199254740991,)"));
    connection.drained();
  }
  CHECK(connection.losses == Losses{{"event_dropped", 1'000'000'000}, {"message_refused", 1'100}});
}

TEST_CASE("a closed connection is an error, after what it had still sent") {
  Connection connection;
  connection.send_(message(1, kHello));
  connection.write("\x05");  // the beginning of a frame that never comes
  connection.hangUp();
  std::vector<Event> events;
  CHECK_FALSE(connection.source->drain(kArrival, events));
  CHECK(events.size() == 1);
  CHECK(connection.source->fd() == -1);
}

}  // namespace
