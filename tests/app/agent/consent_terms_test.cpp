// The running agent: levels, pauses over restarts, the experiment's end, participants who agree for
// themselves.
#include <chrono>
#include <fstream>

#include "base/clock.h"
#include "tests/app/agent/running_agent.h"

namespace {

using namespace dwell;
using namespace dwell::tests;

const std::string kPage = "http://meadow.test/cart/secretpath?q=secretquery";

void configure(const AgentHome& home, const std::string& text) { std::ofstream(home.config()) << text; }

monitor::ConsentStore consents(const AgentHome& home) {
  REQUIRE(makePrivateFolder(home.data()));
  return monitor::ConsentStore::open(home.data()).value();
}

/// The machine's users agree to all that its configuration asks for.
void agree(const AgentHome& home, const std::optional<std::string>& participant = std::nullopt) {
  auto store = consents(home);
  auto agreed = store.terms(readSettings(home.config()).value(), participant, wallTime(1'000)).needed;
  agreed.time = wallTime(1'000);
  store.accept(agreed, monitor::machineHash("a test's machine"));
}

bool filesHold(const std::filesystem::path& folder, const std::string& text) {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    if (bytes.find(text) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE(
    "where only counts are kept, no address is in any file, also while a page is open and after a kill") {
  AgentHome home;
  configure(home, "[scope]\nlevel = \"histograms\"\n[page_groups]\ncart = [\"*/cart*\"]\n");
  agree(home);
  home.start();
  Browser browser(home);
  browser.lookAt(kPage);
  home.ask({{"command", "flush"}});
  REQUIRE(home.visits().size() == 1);
  CHECK(home.visits()[0].url == "groups:cart\n");
  CHECK_FALSE(filesHold(home.data(), "meadow.test"));
  CHECK_FALSE(filesHold(home.data(), "secret"));
  CHECK(home.ask({{"command", "record"}})["ok"] == false);

  CHECK(home.agent().end(SIGKILL) == -SIGKILL);
  browser.bridge().wait();
  home.start();
  home.ask({{"command", "flush"}});
  CHECK(home.visits().empty());
  const auto reader = monitor::Reader::open(home.data() / "store.sqlite");
  for (const std::string group : {"all", "cart"}) {
    monitor::HistogramQuery query;
    query.group = group;
    bool counted = false;
    for (const auto& histogram : reader->histograms(query))
      counted = counted || histogram.name == "Navigation.AccessType";
    CHECK(counted);
  }
  CHECK_FALSE(filesHold(home.data(), "meadow.test"));
}

TEST_CASE("a pause goes on over a restart, and one whose end has come meanwhile is over") {
  AgentHome home;
  home.consent();
  home.start();
  const auto until = toMs(readWallTime()) + 3'600'000;
  CHECK(home.ask({{"command", "pause"}, {"until_ms", until}})["status"]["resume_ms"] == until);
  CHECK(home.agent().end(SIGTERM) == 0);
  home.start();
  CHECK(home.status()["state"] == "paused");
  CHECK(home.status()["resume_ms"] == until);
  CHECK(home.ask({{"command", "pause"}, {"until_ms", 1'000}})["ok"] == false);

  // It ends by itself.
  auto changes = home.subscribe();
  home.ask({{"command", "pause"}, {"until_ms", toMs(readWallTime()) + 300}});
  CHECK(changes.until([](const Json& status) { return status["state"] == "recording"; })["resume_ms"]
            .is_null());

  home.ask({{"command", "pause"}, {"until_ms", toMs(readWallTime()) + 300}});
  home.agent().end(SIGKILL);
  home.start();
  auto again = home.subscribe();
  again.until([](const Json& status) { return status["state"] == "recording"; });
}

TEST_CASE("at the end that was set recording stops by itself, and status says why") {
  AgentHome home;
  const auto end =
      std::chrono::ceil<std::chrono::seconds>(readWallTime().time_since_epoch()) + std::chrono::seconds(1);
  const std::time_t seconds = end.count();
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
  configure(home, std::string("[experiment]\nend = \"") + text + "\"\n");
  agree(home);
  home.start();
  auto changes = home.subscribe();
  const auto ended = changes.until([](const Json& status) { return status["state"] == "no_consent"; });
  CHECK(ended["standing"] == "ended");
  CHECK(ended["end_ms"] == 1'000 * end.count());
  CHECK(ended["sources"]["x11"]["state"] == "off");
  CHECK(home.agent().end(SIGTERM) == 0);
  home.start();
  CHECK(home.status()["standing"] == "ended");
}

TEST_CASE("more than was agreed to is asked for: what was agreed to goes on") {
  AgentHome home;
  home.consent();
  home.start();
  configure(home, "[scope]\nurl_detail = \"full\"\n");
  const auto status = home.ask({{"command", "reload"}})["status"];
  CHECK(status["state"] == "recording");
  CHECK(status["wants_more"] == true);
  Browser browser(home);
  browser.lookAt(kPage);
  home.ask({{"command", "flush"}});
  REQUIRE(home.visits().size() == 1);
  CHECK(home.visits()[0].url == "http://meadow.test/cart/secretpath");
  agree(home);
  CHECK(home.ask({{"command", "reload"}})["status"]["wants_more"] == false);
}

TEST_CASE(
    "where each participant agrees for themselves, nobody is recorded but who is named and has agreed") {
  AgentHome home;
  configure(home, "[experiment]\nconsent_per_participant = true\n");
  home.consent();  // the machine's is not enough
  agree(home, "P1");
  home.start();
  CHECK(home.status()["standing"] == "nobody");
  auto taken = home.ask({{"command", "participant"}, {"label", "P1"}})["status"];
  CHECK(taken["state"] == "recording");
  Browser browser(home);
  browser.lookAt(kPage);
  const auto refused = home.ask({{"command", "participant"}, {"label", "P2"}});
  CHECK(refused["ok"] == false);
  CHECK(refused["error"].get<std::string>().find("P2") == std::string::npos);
  CHECK(home.status()["standing"] == "nobody");
  CHECK(home.ask({{"command", "participant"}, {"label", "P1"}})["status"]["state"] == "recording");
  CHECK(home.ask({{"command", "participant"}, {"label", nullptr}})["status"]["state"] == "no_consent");
  CHECK(home.agent().end(SIGTERM) == 0);
  REQUIRE(home.visits().size() == 1);
  CHECK(home.visits()[0].participant == "P1");
}
