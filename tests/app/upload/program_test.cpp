// dwell-upload as a process of its own.
#include <SQLiteCpp/Database.h>
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "base/machine.h"
#include "monitor/store/consent_store.h"
#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "tests/support/loopback_server.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;

namespace {

/// A program that runs, its output in files.
class Program {
 public:
  Program(const TempDir& dir, std::vector<std::string> arguments) : out_(dir.path() / "out") {
    arguments.insert(arguments.begin(), DWELL_BIN_DIR "/dwell-upload");
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 1, out_.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    REQUIRE(::posix_spawn(&pid_, argv[0], &actions, nullptr, argv.data(), environ) == 0);
    ::posix_spawn_file_actions_destroy(&actions);
  }

  pid_t pid() const { return pid_; }
  int wait() {
    int status = 0;
    REQUIRE(::waitpid(pid_, &status, 0) == pid_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  std::string output() const {
    std::ifstream in(out_);
    return {std::istreambuf_iterator<char>(in), {}};
  }

 private:
  std::filesystem::path out_;
  pid_t pid_ = -1;
};

struct Fixture {
  TempDir dir;

  /// A machine that has consented, is enrolled with `origin` and has visited one page.
  void prepare(const std::string& origin) {
    auto consents = monitor::ConsentStore::open(dir.path()).value();
    consents.accept(consentTo(origin), monitor::machineHash(readMachineId()));
    consents.enrol({origin, "exp-1", "Hoses", "{}", kMorning}, "secret");
    monitor::Batch batch = batchAt(kMorning);
    batch.ended = {closedVisit(1)};
    monitor::Store::open(dir.path() / "store.sqlite").value().write(batch);
  }
  Program start(std::vector<std::string> more = {}) {
    more.insert(more.begin(),
                {"--data-dir", dir.path().string(), "--config", (dir.path() / "config.toml").string()});
    return Program(dir, more);
  }
};

std::string receipt(const std::string& request) {
  const auto id = request.substr(request.find("Dwell-Report-Id: ") + 17, 36);
  const auto body = request.substr(request.find("\r\n\r\n") + 4);
  const std::string json =
      nlohmann::json{{"id", id}, {"sha256", sha256Hex(body)}, {"received_ms", 1'800'000'100'000}}.dump();
  return "HTTP/1.1 201 Created\r\nContent-Length: " + std::to_string(json.size()) +
         "\r\nConnection: close\r\n\r\n" + json;
}

}  // namespace

TEST_CASE_METHOD(Fixture, "the program sends what waits over HTTP and says so") {
  LoopbackServer collector(receipt);
  prepare(collector.origin());
  Program upload = start({"--now", "--json"});
  CHECK(upload.wait() == 0);
  CHECK(nlohmann::json::parse(upload.output())["delivered"] == 1);
  const auto reports = monitor::Reader::open(dir.path() / "store.sqlite")->reports();
  REQUIRE(reports.size() == 1);
  CHECK(reports[0].state == "delivered");
  Program again = start();
  CHECK(again.wait() == 0);
  CHECK(again.output() == "dwell-upload: nothing new to report\n");
}

TEST_CASE_METHOD(Fixture, "a collector that is down costs nothing but time: exit 3, the report waits") {
  std::string origin;
  {
    LoopbackServer gone(receipt);
    origin = gone.origin();
  }
  prepare(origin);
  Program upload = start();
  CHECK(upload.wait() == 3);
  CHECK(upload.output().find("not sent: Failed to connect") != std::string::npos);
}

TEST_CASE_METHOD(Fixture, "SIGTERM ends an upload within 2 s, and the report waits") {
  std::atomic<bool> asked = false;
  LoopbackServer silent([&](const auto&) {
    asked = true;
    asked.notify_all();
    return std::string();
  });
  prepare(silent.origin());
  Program upload = start();
  asked.wait(false);
  const auto began = std::chrono::steady_clock::now();
  ::kill(upload.pid(), SIGTERM);
  CHECK(upload.wait() == 5);
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(2));
  CHECK(monitor::Reader::open(dir.path() / "store.sqlite")->reports().at(0).state == "waiting");
}

TEST_CASE_METHOD(Fixture, "no core can be dumped of it") {
  std::atomic<pid_t> pid = 0;
  std::string limits;
  LoopbackServer collector([&](const std::string& request) {
    pid.wait(0);
    std::ifstream in("/proc/" + std::to_string(pid) + "/limits");
    limits.assign(std::istreambuf_iterator<char>(in), {});
    return receipt(request);
  });
  prepare(collector.origin());
  Program upload = start();
  pid = upload.pid();
  pid.notify_all();
  CHECK(upload.wait() == 0);
  const auto line = limits.find("Max core file size");
  REQUIRE(line != std::string::npos);
  CHECK(limits.substr(line + 26, 23) == "0                    0 ");
}

TEST_CASE_METHOD(
    Fixture, "a wrong command line, a wrong configuration and a newer store are refused with their reason") {
  CHECK(start({"--never"}).wait() == 2);
  std::ofstream(dir.path() / "config.toml") << "[upload]\nfirst = 1\n";
  Program wrong = start();
  CHECK(wrong.wait() == 2);
  CHECK(wrong.output().find("config.toml:2: unknown key upload.first") != std::string::npos);
  std::filesystem::remove(dir.path() / "config.toml");

  prepare("http://127.0.0.1:9");
  SQLite::Database((dir.path() / "store.sqlite").string(), SQLite::OPEN_READWRITE)
      .exec("PRAGMA user_version = 99");
  Program newer = start();
  CHECK(newer.wait() == 1);
  CHECK(newer.output().find("is of version 99, written by a newer Dwell") != std::string::npos);
}
