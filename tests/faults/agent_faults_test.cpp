#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <csignal>

#include "tests/app/agent/running_agent.h"
#include "tests/faults/shimmed.h"

// dwell-agent as it is, on a disk that fills up, becomes read-only, or under kill -9 at its writes.

using namespace dwell;
using namespace dwell::tests;

namespace {

/// value → how often the store has a mark with it.
std::map<std::string, int> marksIn(const AgentHome& home) {
  SQLite::Database database(home.data() / "store.sqlite", SQLite::OPEN_READWRITE);
  CHECK(database.execAndGet("PRAGMA integrity_check").getString() == "ok");
  std::map<std::string, int> marks;
  SQLite::Statement row(database, "SELECT value FROM mark_v1");
  while (row.executeStep()) ++marks[row.getColumn(0).getString()];
  return marks;
}

Json mark(const AgentHome& home, const std::string& value) {
  return home.ask({{"command", "mark"}, {"name", "task"}, {"value", value}});
}

bool flushed(const AgentHome& home) { return home.ask({{"command", "flush"}}).value("ok", false); }

}  // namespace

TEST_CASE("an agent whose disk is full or read-only goes on, says so, and writes all when it can again") {
  const bool full = GENERATE(true, false);
  AgentHome home;
  home.consent();
  const Shim shim(home.data(), home.data().parent_path() / "disk");
  home.start(shim.environment());
  REQUIRE(mark(home, "before")["ok"] == true);
  REQUIRE(flushed(home));
  CHECK(home.status()["store_trouble"].is_null());

  full ? shim.full() : shim.readOnly();
  REQUIRE(mark(home, "during")["ok"] == true);
  CHECK_FALSE(flushed(home));
  const auto status = home.status();
  CHECK(status["recording"] == true);
  // A file that is open already gives an I/O error where its disk has become read-only, one opened then says
  // so.
  const auto trouble = status["store_trouble"].get<std::string>();
  INFO(trouble << (full ? " on a full disk" : " on a read-only disk"));
  if (full)
    CHECK(trouble.find("full") != std::string::npos);
  else
    CHECK_FALSE(trouble.empty());
  // A pause and its end begin a new stretch on what is not written.
  REQUIRE(home.ask({{"command", "pause"}})["ok"] == true);
  REQUIRE(home.ask({{"command", "resume"}})["ok"] == true);
  REQUIRE(mark(home, "after a pause")["ok"] == true);
  CHECK_FALSE(flushed(home));
  Child doctor(DWELL_BIN_DIR "/dwellctl", {"--data-dir", home.data(), "--runtime-dir", home.runtime(),
                                           "--config", home.config(), "doctor"});
  CHECK(doctor.output().find("the agent can't write the store") != std::string::npos);
  CHECK(doctor.wait() == 1);

  shim.well();
  REQUIRE(flushed(home));
  CHECK(home.status()["store_trouble"].is_null());
  CHECK(home.agent().end(SIGTERM) == 0);
  CHECK(marksIn(home) == std::map<std::string, int>{{"after a pause", 1}, {"before", 1}, {"during", 1}});
}

TEST_CASE("an agent that is started on a full disk ends with exit code 1, and starts when there is room") {
  AgentHome home;
  home.consent();
  const Shim shim(home.data(), home.data().parent_path() / "disk");
  shim.full();
  const auto agent = home.launch(shim.environment());
  CHECK(agent->line() != "ready");
  CHECK(agent->wait() == 1);
  shim.well();
  home.start(shim.environment());
  CHECK(home.agent().end(SIGTERM) == 0);
}

TEST_CASE("an erasure on a full disk says that it was not done, now or later") {
  AgentHome home;
  home.consent();
  const Shim shim(home.data(), home.data().parent_path() / "disk");
  home.start(shim.environment());
  REQUIRE(mark(home, "before")["ok"] == true);
  REQUIRE(flushed(home));
  shim.full();
  Child erase(DWELL_BIN_DIR "/dwellctl", {"--data-dir", home.data(), "--runtime-dir", home.runtime(),
                                          "--config", home.config(), "erase", "--all", "--yes"});
  CHECK(erase.wait() != 0);
  shim.well();
  REQUIRE(flushed(home));
  CHECK(home.agent().end(SIGTERM) == 0);
  home.start();
  CHECK(home.agent().end(SIGTERM) == 0);
  CHECK(marksIn(home) == std::map<std::string, int>{{"before", 1}});
}

TEST_CASE(
    "kill -9 at any write of the agent loses nothing that a flush had said is written, and doubles nothing") {
  constexpr int kSparse = 23;
  bool killed = true;
  for (int at = 1; killed; at += kSparse) {
    INFO("killed at change " << at);
    AgentHome home;
    REQUIRE(makePrivateFolder(home.data()));
    home.consent();
    const Shim shim(home.data(), home.data().parent_path() / "disk");
    std::vector<std::string> told;
    const auto agent = home.launch(shim.killedAt(at));
    if (agent->line() == "ready") {
      for (const std::string value : {"one", "two", "three"}) {
        if (mark(home, value).value("ok", false) && flushed(home)) told.push_back(value);
      }
    }
    killed = agent->end(SIGTERM) == -SIGKILL;

    home.start();
    REQUIRE(mark(home, "anew")["ok"] == true);
    REQUIRE(flushed(home));
    CHECK(home.agent().end(SIGTERM) == 0);
    const auto marks = marksIn(home);
    told.emplace_back("anew");
    for (const std::string& value : told) {
      INFO(value);
      CHECK(marks.count(value) == 1);
    }
    for (const auto& [value, times] : marks) CHECK(times == 1);
  }
}
