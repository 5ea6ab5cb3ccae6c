#pragma once

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "app/control/client.h"
#include "base/frames.h"
#include "base/paths.h"
#include "monitor/record/consent.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/reader.h"
#include "tests/app/agent/child.h"
#include "tests/support/temp_dir.h"

namespace dwell::tests {

using Json = nlohmann::ordered_json;

/// The status lines of a subscription.
class Subscription {
 public:
  explicit Subscription(const std::filesystem::path& path) : fd_(socket(AF_UNIX, SOCK_STREAM, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, path.c_str());
    const timeval patience{10, 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const std::string request = "{\"command\":\"subscribe\"}\n";
    REQUIRE(send(fd_, request.data(), request.size(), 0) == static_cast<ssize_t>(request.size()));
  }
  ~Subscription() {
    if (fd_ >= 0) close(fd_);
  }
  Subscription(Subscription&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Subscription& operator=(Subscription&&) = delete;

  /// Reads on until a status is as wanted.
  template <class Wanted>
  Json until(Wanted wanted) {
    for (;;) {
      std::string line;
      char letter = 0;
      while (recv(fd_, &letter, 1, 0) == 1 && letter != '\n') line += letter;
      REQUIRE(letter == '\n');  // else 10 s have passed without the change
      auto status = Json::parse(line)["status"];
      if (wanted(status)) return status;
    }
  }

 private:
  int fd_;
};

/// Folders for an agent, and the agent once started.
class AgentHome {
 public:
  explicit AgentHome(std::string display = ":987654") : display_(std::move(display)) {}

  std::filesystem::path data() const { return folder_.path() / "data"; }
  std::filesystem::path runtime() const { return folder_.path() / "run"; }
  std::filesystem::path config() const { return folder_.path() / "config.toml"; }

  void consent() const {
    REQUIRE(makePrivateFolder(data()));
    auto store = monitor::ConsentStore::open(data());
    REQUIRE(store);
    auto agreed = monitor::consentNeeded(Settings{}, "");
    agreed.time = wallTime(1'000);
    store->accept(agreed, monitor::machineHash("a test's machine"));
  }
  void withdraw() const { monitor::ConsentStore::open(data())->withdraw(wallTime(2'000)); }

  /// Started, not yet ready.
  std::unique_ptr<Child> launch(std::map<std::string, std::string> environment = {}) const {
    environment["DISPLAY"] = display_;
    return std::make_unique<Child>(
        DWELL_BIN_DIR "/dwell-agent",
        std::vector<std::string>{"--data-dir", data(), "--runtime-dir", runtime(), "--config", config()},
        environment);
  }
  void start(const std::map<std::string, std::string>& environment = {}) {
    agent_ = launch(environment);
    REQUIRE(agent_->line() == "ready");
  }
  Child& agent() { return *agent_; }

  Json ask(const Json& request) const {
    const auto answer = app::ControlClient(runtime() / "control.sock").ask(request);
    if (!answer) return {{"ok", false}, {"error", answer.error().message()}};
    return *answer;
  }
  Json status() const { return ask({{"command", "status"}})["status"]; }
  Subscription subscribe() const { return Subscription(runtime() / "control.sock"); }

  std::vector<schemas::Visit> visits() const {
    const auto reader = monitor::Reader::open(data() / "store.sqlite");
    REQUIRE(reader);
    return reader->visits();
  }

 private:
  TempDir folder_;
  std::string display_;
  std::unique_ptr<Child> agent_;
};

/// A browser with an assistant, behind a real dwell-bridge.
class Browser {
 public:
  explicit Browser(const AgentHome& home)
      : home_(home),
        bridge_(DWELL_BIN_DIR "/dwell-bridge", {"--runtime-dir", home.runtime(), "chrome-extension://x/"}) {}

  void frame(const std::string& payload) const {
    std::string bytes;
    appendFrame(bytes, payload);
    bridge_.write(bytes);
  }
  /// A message whose events happened just now.
  void message(const std::string& events) {
    frame(R"({"v":1,"born":5,"seq":)" + std::to_string(++number_) + R"(,"sent_ms":1000,"events":[)" + events +
          "]}");
  }
  void hello(const std::string& more = {}) {
    message(
        R"({"time_ms":1000,"type":"browser_connected","browser":"b","product":"Chromium","version":"156"})" +
        more);
  }
  /// As the assistant does: says hello, then which page is there and looked at.
  void helloOnPage(const std::string& url) {
    hello(
        R"(,{"time_ms":1000,"type":"tab_opened","browser":"b","tab":1,"window":1})"
        R"(,{"time_ms":1000,"type":"tab_activated","browser":"b","tab":1,"window":1})"
        R"(,{"time_ms":1000,"type":"window_focus","browser":"b","window":1})"
        R"(,{"time_ms":1000,"type":"navigation","browser":"b","tab":1,"window":1,"transition":"present","url":")" +
        url + "\"}");
  }
  /// The same, until the agent has it.
  Subscription lookAt(const std::string& url);
  Child& bridge() { return bridge_; }
  void quit() {
    bridge_.closeInput();
    bridge_.wait();
  }

 private:
  const AgentHome& home_;
  Child bridge_;
  int number_ = 0;
};

inline bool connected(const Json& status) { return !status["browsers"].empty(); }
inline bool disconnected(const Json& status) { return status["browsers"].empty(); }

inline Subscription Browser::lookAt(const std::string& url) {
  Subscription changes = home_.subscribe();
  helloOnPage(url);
  changes.until(connected);
  return changes;
}

}  // namespace dwell::tests
