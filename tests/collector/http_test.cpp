#include "collector/http.h"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <future>
#include <thread>
#include <utility>

#include "tests/collector/http_client.h"

using namespace dwell;
using namespace dwell::collector;
using test::HttpClient;
using test::RawConnection;

namespace {

/// Echoes bodies; refuses, fails or waits where the path says so.
class Echo : public Handler {
 public:
  Admission admit(const Request& request) override {
    if (request.path == "/refused") return problem(401, "no", "enrol");
    if (request.path == "/too-large" && request.contentLength > 10) return problem(413, "no", "less");
    if (request.path == "/broken-header") throw std::runtime_error("broken header");
    if (request.path == "/broken-body") {
      return Work([](const std::string&, const Answer&) { throw std::runtime_error("broken body"); });
    }
    if (request.path == "/held") {
      return Work([this](const std::string&, const Answer& answer) { held.set_value(answer); });
    }
    return Work([head = request](const std::string& body, const Answer& answer) {
      answer({200,
              {{"Echo-Query", head.query}, {"Echo-Name", std::string(head.header("x-NAME"))}},
              head.method + " " + head.path + " " + body});
    });
  }
  std::promise<Answer> held;
};

/// A server with an Echo behind it, on three threads.
class Server {
 public:
  explicit Server(const Limits& limits = {})
      : server_(std::move(HttpServer::listen({"127.0.0.1", 0}, limits, echo).value())) {
    for (std::thread& thread : threads_) thread = std::thread([this] { server_->run(); });
  }
  ~Server() { stop(std::chrono::seconds(30)); }
  std::uint16_t port() const { return server_->port(); }
  void stop(Millis grace) {
    if (!threads_.front().joinable()) return;
    server_->stop(grace);
    for (std::thread& thread : threads_) thread.join();
  }

  Echo echo;

 private:
  std::unique_ptr<HttpServer> server_;
  std::vector<std::thread> threads_{3};
};

int statusOf(const std::string& response) {
  return response.size() > 12 ? std::stoi(response.substr(9, 3)) : 0;
}

std::string postOf(const std::string& path, std::size_t length) {
  return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(length) + "\r\n\r\n";
}

}  // namespace

TEST_CASE("requests and responses travel as values, over one connection") {
  Server server;
  HttpClient client(server.port());
  const auto answer = client.post("/a/b?c=d&e", "body", {"X-Name: value"});
  CHECK(answer.status == 200);
  CHECK(answer.body == "POST /a/b body");
  CHECK(answer.headers.at("echo-query") == "c=d&e");
  CHECK(answer.headers.at("echo-name") == "value");
  CHECK(client.get("/").body == "GET / ");
  CHECK(client.get("/again").body == "GET /again ");
  CHECK(client.connects() == 1);
}

TEST_CASE("a large body arrives whole, also for clients that ask first") {
  Server server;
  HttpClient client(server.port());
  const std::string large(3 << 20, 'x');
  CHECK(client.post("/", large, {"Expect: 100-continue"}).body == "POST / " + large);
  RawConnection raw(server.port());
  raw.send(
      "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\nExpect: 100-continue\r\n\r\n");
  CHECK(statusOf(raw.read(25)) == 100);
  raw.send("hi");
  CHECK(raw.readToEnd().find("POST / hi") != std::string::npos);
}

TEST_CASE("a refused header is answered although the body never comes") {
  Server server;
  RawConnection raw(server.port());
  raw.send(postOf("/refused", 1'000'000));
  CHECK(statusOf(raw.readToEnd()) == 401);
}

TEST_CASE("a client that sends a refused body all the same still reads the answer") {
  Server server;
  HttpClient client(server.port());
  const auto answer = client.post("/too-large", std::string(8 << 20, 'x'), {"Expect:"});
  CHECK(answer.status == 413);
  CHECK(answer.headers.at("connection") == "close");
}

TEST_CASE("a body without length is refused") {
  Server server;
  RawConnection raw(server.port());
  raw.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n");
  CHECK(statusOf(raw.readToEnd()) == 411);
}

TEST_CASE("what is no HTTP, and endless headers, are refused") {
  Server server;
  RawConnection noise(server.port());
  noise.send("\x16\x03\x01 this is not HTTP\r\n\r\n");
  CHECK(statusOf(noise.readToEnd()) == 400);
  RawConnection endless(server.port());
  endless.send("GET / HTTP/1.1\r\nX: " + std::string(40'000, 'x'));
  CHECK(statusOf(endless.readToEnd()) == 431);
}

TEST_CASE("a slow header, a slow body and an idle connection are closed when their time is up") {
  Limits limits;
  limits.headerTimeout = Millis(50);
  limits.bodyTimeout = Millis(50);
  Server server(limits);
  RawConnection header(server.port()), body(server.port()), idle(server.port());
  header.send("GET / HTTP/1.1\r\nHost:");
  body.send(postOf("/", 10) + "only");
  CHECK(header.readToEnd().empty());
  CHECK(body.readToEnd().empty());
  CHECK(idle.readToEnd().empty());
}

TEST_CASE("an answer that takes longer than a header may is waited for") {
  Limits limits;
  limits.headerTimeout = limits.bodyTimeout = Millis(50);
  Server server(limits);
  RawConnection slow(server.port()), idle(server.port());
  slow.send(postOf("/held", 0));
  const Answer answer = server.echo.held.get_future().get();
  CHECK(idle.readToEnd().empty());  // by now the time is up
  answer({200, {}, "late"});
  CHECK(slow.readToEnd().find("late") != std::string::npos);
}

TEST_CASE("connections beyond the limit are asked to come later") {
  Limits limits;
  limits.connections = 2;
  Server server(limits);
  HttpClient first(server.port()), second(server.port()), third(server.port());
  CHECK(first.get("/").status == 200);
  CHECK(second.get("/").status == 200);
  const auto answer = third.get("/");
  CHECK(answer.status == 503);
  CHECK(answer.headers.at("retry-after") == "30");
  CHECK(first.get("/").status == 200);
}

TEST_CASE("bodies that together take too much memory are asked to come later") {
  Limits limits;
  limits.bodyBytesInFlight = 1'000;
  Server server(limits);
  RawConnection first(server.port());
  first.send(postOf("/held", 600) + std::string(600, 'x'));
  const Answer answer = server.echo.held.get_future().get();  // its bytes are reserved until it is answered
  HttpClient second(server.port());
  CHECK(second.post("/", std::string(600, 'x'), {}).status == 503);
  CHECK(second.post("/", std::string(300, 'x'), {}).status == 200);
  answer({200, {}, ""});
  CHECK(statusOf(first.read(12)) == 200);
  CHECK(second.post("/", std::string(600, 'x'), {}).status == 200);
}

TEST_CASE("a handler that throws is answered with 503, and the server goes on") {
  Server server;
  HttpClient client(server.port());
  CHECK(client.get("/broken-header").status == 503);
  CHECK(client.post("/broken-body", "x", {}).status == 503);
  CHECK(client.get("/").status == 200);
}

TEST_CASE("a port in use is refused with the next step") {
  Server server;
  Echo echo;
  const auto second = HttpServer::listen({"127.0.0.1", server.port()}, {}, echo);
  REQUIRE_FALSE(second.has_value());
  CHECK(second.error().what == "the port is in use by another program");
}

TEST_CASE("stopping ends idle connections at once and lets an answer out") {
  Server server;
  HttpClient idle(server.port());
  REQUIRE(idle.get("/").status == 200);
  RawConnection held(server.port());
  held.send(postOf("/held", 0));
  Answer answer = server.echo.held.get_future().get();
  auto stopped = std::async(std::launch::async, [&] { server.stop(std::chrono::seconds(30)); });
  std::exchange(answer, {})({200, {}, "last words"});  // whoever keeps it keeps the connection
  CHECK(held.readToEnd().find("last words") != std::string::npos);
  CHECK(stopped.wait_for(std::chrono::seconds(20)) == std::future_status::ready);
}

TEST_CASE("many clients at once are all answered") {
  Server server;
  std::atomic<int> right{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 16; ++i) {
    clients.emplace_back([&, i] {
      HttpClient client(server.port());
      for (int j = 0; j < 40; ++j) {
        const std::string body = std::to_string(i) + "." + std::to_string(j);
        right += client.post("/", body, {}).body == "POST / " + body ? 1 : 0;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  CHECK(right == 640);
}
