#include "app/bridge/relay.h"

#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "base/frames.h"

namespace {

/// A relay at work on a thread, between two ends that the test holds.
struct Running {
  explicit Running(int agentSocket = SOCK_STREAM,
                   std::chrono::milliseconds together = std::chrono::milliseconds(25)) {
    int up[2], down[2], ends[2];
    REQUIRE(pipe(up) == 0);
    REQUIRE(pipe(down) == 0);
    REQUIRE(socketpair(AF_UNIX, agentSocket, 0, ends) == 0);
    toRelay = up[1];
    fromRelay = down[0];
    agent = ends[0];
    thread = std::thread([=] {
      dwell::app::relay(up[0], down[1], ends[1], together);
      for (const int fd : {up[0], down[1], ends[1]}) close(fd);
    });
  }
  ~Running() {
    for (const int fd : {toRelay, fromRelay, agent})
      if (fd >= 0) close(fd);
    thread.join();
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  void closeEnd(int& fd) {
    close(fd);
    fd = -1;
  }

  int toRelay = -1, fromRelay = -1, agent = -1;
  std::thread thread;
};

void put(int fd, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t some = write(fd, bytes.data() + at, bytes.size() - at);
    REQUIRE(some > 0);
    at += static_cast<std::size_t>(some);
  }
}

/// Exactly that many bytes, or up to the end.
std::string get(int fd, std::size_t length) {
  std::string bytes(length, '\0');
  std::size_t at = 0;
  while (at < length) {
    const ssize_t some = read(fd, bytes.data() + at, length - at);
    if (some <= 0) break;
    at += static_cast<std::size_t>(some);
  }
  bytes.resize(at);
  return bytes;
}

std::string frame(const std::string& payload) {
  std::string bytes;
  dwell::appendFrame(bytes, payload);
  return bytes;
}

TEST_CASE("frames pass both ways as they are, whatever is in them") {
  Running relay;
  put(relay.toRelay, frame("{}") + frame("no json \xff"));
  CHECK(get(relay.agent, 4 + 2 + 4 + 9) == frame("{}") + frame("no json \xff"));
  put(relay.agent, frame("back"));
  CHECK(get(relay.fromRelay, 8) == frame("back"));
}

TEST_CASE("the first message goes on at once, those that come soon after it go on together") {
  // Each write of the relay is a packet of its own.
  Running relay(SOCK_SEQPACKET, std::chrono::seconds(1));
  const auto packet = [&relay] {
    std::string bytes(1000, '\0');
    const ssize_t got = read(relay.agent, bytes.data(), bytes.size());
    bytes.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return bytes;
  };
  put(relay.toRelay, frame("first"));
  CHECK(packet() == frame("first"));
  put(relay.toRelay, frame("second"));
  put(relay.toRelay, frame("third"));
  CHECK(packet() == frame("second") + frame("third"));
}

TEST_CASE("what the browser sent whole is delivered when it leaves, what it did not send whole is not") {
  Running relay;
  put(relay.toRelay, frame("whole") + frame("cut off").substr(0, 6));
  relay.closeEnd(relay.toRelay);
  CHECK(get(relay.agent, 1000) == frame("whole"));
}

TEST_CASE("the relay ends when the agent does, and the browser sees it") {
  Running relay;
  relay.closeEnd(relay.agent);
  CHECK(get(relay.fromRelay, 1).empty());
}

TEST_CASE("an agent that takes slowly loses nothing") {
  Running relay;
  const std::string payload(900'000, 'x');
  std::thread browser([&] {
    for (int i = 0; i < 8; ++i) put(relay.toRelay, frame(payload));
  });
  for (int i = 0; i < 8; ++i) CHECK(get(relay.agent, payload.size() + 4) == frame(payload));
  browser.join();
}

TEST_CASE("a frame that is too long goes nowhere, the next one does") {
  Running relay;
  const std::uint32_t length = dwell::kMaxFrameBytes + 1;
  put(relay.toRelay, std::string(reinterpret_cast<const char*>(&length), sizeof length) +
                         std::string(length, 'x') + frame("next"));
  CHECK(get(relay.agent, 8) == frame("next"));
}

}  // namespace
