#include "app/window/models/agent_link.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <QCoreApplication>
#include <QEventLoop>
#include <catch2/catch.hpp>
#include <cstring>
#include <thread>

#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::app;
using Json = nlohmann::ordered_json;

namespace {

/// Answers `questions` of the window as the agent would, and is paused by pause.
class FakeAgent {
 public:
  FakeAgent(const std::filesystem::path& socket, int questions)
      : listener_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket.c_str(), sizeof address.sun_path - 1);
    REQUIRE(::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 4) == 0);
    thread_ = std::thread([this, questions] {
      for (int i = 0; i < questions; ++i) answer();
    });
  }
  ~FakeAgent() {
    thread_.join();
    ::close(listener_);
  }
  FakeAgent(const FakeAgent&) = delete;
  FakeAgent& operator=(const FakeAgent&) = delete;

 private:
  void answer() {
    const int connection = ::accept(listener_, nullptr, nullptr);
    char line[1000];
    const auto size = ::read(connection, line, sizeof line);
    const auto request = Json::parse(std::string_view(line, static_cast<std::size_t>(size)));
    if (request["command"] == "pause") state_ = "paused";
    const std::string text = Json{{"ok", true}, {"status", {{"state", state_}}}}.dump() + "\n";
    (void)::write(connection, text.data(), text.size());
    ::close(connection);
  }

  int listener_;
  std::string state_ = "recording";
  std::thread thread_;
};

/// Answers come through the event loop.
void waitFor(const AgentLink& link, void (AgentLink::*signal)()) {
  QEventLoop loop;
  QObject::connect(&link, signal, &loop, &QEventLoop::quit);
  loop.exec();
}

struct Application {
  int argc = 0;
  QCoreApplication application{argc, nullptr};
};

}  // namespace

TEST_CASE("The window learns what the agent does, and can pause it") {
  const Application application;
  const tests::TempDir temp;
  const auto socket = temp.path() / "control.sock";
  AgentLink link(socket);
  CHECK(link.status().state == AgentStatus::State::kUnasked);
  link.poll();
  waitFor(link, &AgentLink::answered);
  CHECK(link.status().state == AgentStatus::State::kNotRunning);

  const FakeAgent agent(socket, 3);
  link.poll();
  link.poll();  // while a question is open: none
  waitFor(link, &AgentLink::changed);
  CHECK(link.status().state == AgentStatus::State::kRecording);
  link.pause();
  waitFor(link, &AgentLink::changed);
  CHECK(link.status().state == AgentStatus::State::kPaused);
  link.flush();
  waitFor(link, &AgentLink::flushed);
}
