#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "monitor/source/trace_source.h"
#include "monitor/source/trace_writer.h"
#include "tests/schemas/event_samples.h"

using namespace dwell;
using namespace dwell::monitor;
using namespace dwell::schemas;

namespace {

constexpr const char* kHeader = R"({"trace":1,"wall_start":"2026-11-21T10:00:00.000Z","utc_offset_min":600})";

/// A trace file for one test.
class TraceFile {
 public:
  explicit TraceFile(const std::string& text) {
    std::string name = std::filesystem::temp_directory_path() / "dwell-trace-XXXXXX";
    const int fd = mkstemp(name.data());
    REQUIRE(fd >= 0);
    close(fd);
    path = name;
    std::ofstream(path, std::ios::binary) << text;
  }
  ~TraceFile() { std::filesystem::remove(path); }
  TraceFile(const TraceFile&) = delete;
  TraceFile& operator=(const TraceFile&) = delete;

  /// What went wrong on the way to the end, without the path; "" if nothing did.
  std::string error() const {
    auto source = TraceSource::open(path);
    std::string text;
    if (!source) {
      text = source.error().message();
    } else {
      for (;;) {
        const auto event = source->next();
        if (!event) text = event.error().message();
        if (!event || !*event) break;
      }
      const auto after = source->next();
      CHECK((after.has_value() && !after->has_value()));
    }
    const auto place = text.find(path);
    return place == std::string::npos ? text : text.replace(place, path.size(), "T");
  }
  std::size_t count() const {
    auto source = TraceSource::open(path);
    REQUIRE(source);
    std::size_t count = 0;
    for (auto event = source->next(); event && *event; event = source->next()) ++count;
    return count;
  }

  std::string path;
};

Event key(std::int64_t t) { return {monoTime(t), Input{InputKind::kKey, KeyClass::kCharacter, 1, 0, false}}; }
Event move(std::int64_t t) {
  return {monoTime(t), Input{InputKind::kMouseMove, KeyClass::kOther, 1, 5, false}};
}

/// What a writer makes of events: kind and t of each line.
std::string written(const std::vector<Event>& events) {
  std::ostringstream out;
  {
    TraceWriter writer(out, TraceHeader{});
    for (const Event& event : events) writer.write(event);
  }
  std::istringstream lines(out.str());
  std::string line;
  std::getline(lines, line);
  std::string text;
  EventParser parser;
  while (std::getline(lines, line)) {
    const auto event = parser.event(line);
    REQUIRE(event.has_value());
    const bool isKey = std::get<Input>((*event)->body).kind == InputKind::kKey;
    text += (isKey ? "key " : "move ") + std::to_string(toMs((*event)->time)) + "; ";
  }
  return text;
}

}  // namespace

TEST_CASE("a trace gives its header, then its events to the end") {
  std::string text = std::string(kHeader) + "\n";
  for (const std::string& line : tests::eventSamples()) text += line + "\n";
  const TraceFile file(text);
  auto source = TraceSource::open(file.path);
  REQUIRE(source);
  CHECK(toMs(source->header().wallStart) == 1'795'255'200'000);
  CHECK(source->header().utcOffset.count() == 600);
  CHECK(source->header().hook);
  CHECK(file.count() == tests::eventSamples().size());
}

TEST_CASE("blank lines, a carriage return and a last line without an end are no errors") {
  const TraceFile file(std::string(kHeader) +
                       "\r\n\n  \n{\"t\":1,\"type\":\"lock\"}\r\n\n{\"t\":2,\"type\":\"unlock\"}");
  CHECK(file.error().empty());
  CHECK(file.count() == 2);
}

TEST_CASE("what follows an end is not read") {
  const TraceFile file(std::string(kHeader) + "\n{\"t\":1,\"type\":\"end\"}\nno JSON at all\n");
  CHECK(file.error().empty());
  CHECK(file.count() == 1);
}

TEST_CASE("a bad line stops the trace with its number and reason") {
  const std::string start = std::string(kHeader) + "\n{\"t\":5,\"type\":\"lock\"}\n";
  CHECK(TraceFile(start + "{\"t\":6,\"type\":\"mark\"}").error() ==
        "T line 3, /name: missing (expected a value)");
  CHECK(TraceFile(start + "\n\n{\"t\":6,\"type\":\n").error() ==
        "T line 5: no valid JSON (expected one JSON object in UTF-8)");
  CHECK(TraceFile(start + "{\"t\":4,\"type\":\"unlock\"}").error() ==
        "T line 3, /t: earlier than the event before (expected at least 5)");
  CHECK(TraceFile(start + "{\"t\":4,\"type\":\"something\"}").error() ==
        "T line 3, /t: earlier than the event before (expected at least 5)");
}

TEST_CASE("a trace without a header, an empty one and a missing one say so") {
  CHECK(TraceFile("{\"t\":5,\"type\":\"lock\"}\n").error() == "T line 1, /trace: missing (expected a value)");
  CHECK(TraceFile("").error() ==
        R"(T: is empty (expected a header line like {"trace":1,"wall_start":"2026-11-21T10:00:00.000Z"}))");
  const auto missing = TraceSource::open("/nonexistent/trace.jsonl");
  REQUIRE_FALSE(missing);
  CHECK(missing.error().message() ==
        "/nonexistent/trace.jsonl: cannot be opened: No such file or directory "
        "(expected a trace of dwellctl record)");
  CHECK(TraceSource::open("/").error().message() == "/: cannot be read: Is a directory");
}

TEST_CASE("events of unknown types are counted, and their time counts as the trace's last") {
  const TraceFile file(std::string(kHeader) +
                       "\n{\"t\":5,\"type\":\"lock\"}\n{\"t\":9,\"type\":\"a\"}\n{\"t\":9,\"type\":\"b\"}\n");
  auto source = TraceSource::open(file.path);
  REQUIRE(source);
  while (source->next()->has_value()) {
  }
  CHECK(source->unknownTypes() == 2);
  CHECK(toMs(source->lastTime()) == 9);
}

TEST_CASE("lines longer than the reader's chunk are read whole, whatever their place in the file") {
  std::string text = std::string(kHeader) + "\n";
  std::int64_t t = 0;
  for (const std::size_t length : {10, 1'000'000, 2'000'000, 7, 1'048'576, 3, 1'500'000}) {
    text += R"({"t":)" + std::to_string(t++) +
            R"(,"type":"navigation","browser":1,"tab":1,"transition":"link","url":")" +
            std::string(length, 'u') + "\"}\n";
  }
  const TraceFile file(text);
  CHECK(file.error().empty());
  CHECK(file.count() == 7);
}

TEST_CASE("a line beyond the limit is refused, not swallowed") {
  const TraceFile file(std::string(kHeader) + "\n{\"t\":1,\"x\":\"" + std::string(65 << 20, 'x'));
  CHECK(file.error() == "T line 2: line too long (expected at most 67108864 bytes)");
}

TEST_CASE("a written trace reads back as the same events") {
  std::ostringstream out;
  EventParser parser;
  std::vector<std::string> events;
  {
    TraceWriter writer(out, TraceHeader{wallTime(1'000'500), UtcOffset(-90), false});
    for (const std::string& line : tests::eventSamples()) {
      auto event = **parser.event(line);
      event.time += Millis(1'000);
      if (events.empty()) event.time = monoTime(1'000);  // a key event, on a step
      events.push_back(encodeEvent(event).dump());
      writer.write(event);
    }
  }
  const TraceFile file(out.str());
  auto source = TraceSource::open(file.path);
  REQUIRE(source);
  CHECK(toMs(source->header().wallStart) == 1'000'500);
  CHECK(source->header().utcOffset.count() == -90);
  CHECK_FALSE(source->header().hook);
  for (const std::string& expected : events) {
    const auto event = source->next();
    REQUIRE(event.has_value());
    CHECK(encodeEvent(**event).dump() == expected);
  }
}

TEST_CASE("a trace holds no typing rhythm: key events are rounded down to 250 ms in their order") {
  CHECK(written({key(1'013), key(1'171), key(1'249), key(1'250), key(1'499)}) ==
        "key 1000; key 1000; key 1000; key 1250; key 1250; ");
}

TEST_CASE("what came before a key within its 250 ms is rounded with it, what came after is not") {
  CHECK(written({move(990), move(1'050), key(1'100), move(1'150), move(1'300)}) ==
        "move 990; move 1000; key 1000; move 1150; move 1300; ");
}
