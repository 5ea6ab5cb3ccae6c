#include "collector/writer.h"

#include <SQLiteCpp/Statement.h>

#include <future>

#include "tests/collector/collector_room.h"

using namespace dwell;
using namespace dwell::collector;

namespace {

class Notes {
 public:
  explicit Notes(std::size_t capacity) : writer_(open(), capacity) {}

  Writer& writer() { return writer_; }
  bool note(const std::string& text, Writer::Done done) {
    return writer_.submit(
        [text](SQLite::Database& database) {
          database.exec("INSERT INTO note VALUES ('" + text + "')");
          if (text == "bad") throw std::runtime_error("bad");
        },
        std::move(done));
  }
  std::string kept() {
    SQLite::Database database(file(), SQLite::OPEN_READWRITE);
    return database.execAndGet("SELECT IFNULL(GROUP_CONCAT(text, ' '), '') FROM note").getString();
  }

 private:
  std::string file() { return (dir_.path() / "notes.sqlite").string(); }
  SQLite::Database open() {
    SQLite::Database database(file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec("CREATE TABLE note (text TEXT) STRICT");
    return database;
  }

  tests::TempDir dir_;
  Writer writer_;
};

}  // namespace

TEST_CASE("done is called when the work can be read by others") {
  Notes notes(10);
  std::promise<std::string> seen;
  REQUIRE(
      notes.note("one", [&](std::exception_ptr error) { seen.set_value(error ? "failed" : notes.kept()); }));
  CHECK(seen.get_future().get() == "one");
}

TEST_CASE("work that throws is undone alone, and told so") {
  Notes notes(10);
  std::promise<void> started, letGo;
  REQUIRE(notes.writer().submit(
      [&](SQLite::Database&) {
        started.set_value();
        letGo.get_future().wait();
      },
      [](std::exception_ptr) {}));
  started.get_future().wait();
  std::vector<bool> failed;  // on the writer's thread
  for (const char* text : {"one", "bad", "two"}) {
    REQUIRE(notes.note(text, [&](std::exception_ptr error) { failed.push_back(error != nullptr); }));
  }
  letGo.set_value();
  notes.writer().finish();
  CHECK(failed == std::vector<bool>{false, true, false});
  CHECK(notes.kept() == "one two");
  CHECK(notes.writer().healthy());
}

TEST_CASE("what waits is written when the writer ends, and nothing is taken after that") {
  Notes notes(100);
  int done = 0;
  for (int i = 0; i < 50; ++i) {
    REQUIRE(notes.note("x", [&](std::exception_ptr error) { done += error ? 0 : 1; }));
  }
  notes.writer().finish();
  CHECK(done == 50);
  CHECK_FALSE(notes.note("late", [](std::exception_ptr) { FAIL("called"); }));
}
