#include "uploader/curl_transport.h"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "tests/support/loopback_server.h"

using namespace dwell;
using namespace dwell::tests;
using namespace std::chrono_literals;
using uploader::CurlTransport;

namespace {

std::string answer(const std::string& head, const std::string& body = {}) {
  return "HTTP/1.1 " + head + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

const std::atomic<bool> kNever = false;

}  // namespace

TEST_CASE("a request arrives with its headers and bytes, and the answer comes back") {
  LoopbackServer server([](const auto&) { return answer("201 Created", R"({"id":"x"})"); });
  CurlTransport transport(kNever);
  const std::string body("\x1f\x8b\0bytes\xff", 9);
  const auto got = transport.exchange(
      {server.origin() + "/v1/reports", {{"Authorization", "Bearer t"}, {"Content-Encoding", "gzip"}}, body});
  REQUIRE(got);
  CHECK(got->status == 201);
  CHECK(got->body == R"({"id":"x"})");
  CHECK_FALSE(got->retryAfter);
  REQUIRE(server.requests().size() == 1);
  const std::string request = server.requests()[0];
  CHECK(request.substr(0, 28) == "POST /v1/reports HTTP/1.1\r\nH");
  CHECK(request.find("\r\nAuthorization: Bearer t\r\n") != std::string::npos);
  CHECK(request.find("\r\nContent-Encoding: gzip\r\n") != std::string::npos);
  CHECK(request.find("\r\nExpect") == std::string::npos);
  CHECK(request.substr(request.size() - body.size()) == body);
  CHECK(transport.exchange({server.origin(), {}, ""}));
}

TEST_CASE("a large report arrives whole") {
  LoopbackServer server([](const auto&) { return answer("200 OK"); });
  CurlTransport transport(kNever);
  const std::string body(3'000'000, 'x');
  REQUIRE(transport.exchange({server.origin(), {}, body}));
  CHECK(server.requests()[0].size() > body.size());
}

TEST_CASE("Retry-After comes with the answer") {
  LoopbackServer server([](const auto&) { return answer("503 Busy\r\nRetry-After: 7"); });
  CurlTransport transport(kNever);
  const auto got = transport.exchange({server.origin(), {}, "x"});
  REQUIRE(got);
  CHECK(got->status == 503);
  CHECK(got->retryAfter == Millis(7s));
}

TEST_CASE("the revision of the settings comes with the answer, if it is one") {
  std::string line;
  LoopbackServer server([&](const auto&) { return answer("201 Created" + line); });
  CurlTransport transport(kNever);
  const auto revision = [&](const std::string& value) {
    line = "\r\ndwell-experiment-revision: " + value;
    return transport.exchange({server.origin(), {}, "x"})->revision;
  };
  CHECK(revision("12") == 12);
  for (const char* nonsense : {"", "0", "-1", "1.5", "x", "12x", "99999999999999999999"})
    CHECK_FALSE(revision(nonsense));
}

TEST_CASE("a redirect is an answer and is not followed") {
  LoopbackServer elsewhere([](const auto&) { return answer("200 OK"); });
  LoopbackServer server(
      [&](const auto&) { return answer("307 Temporary Redirect\r\nLocation: " + elsewhere.origin() + "/"); });
  CurlTransport transport(kNever);
  const auto got = transport.exchange({server.origin(), {{"Authorization", "Bearer t"}}, "x"});
  REQUIRE(got);
  CHECK(got->status == 307);
  CHECK(elsewhere.requests().empty());
}

TEST_CASE("of an endless answer the beginning is kept, and no more is read") {
  LoopbackServer server([](const auto&) { return answer("200 OK", std::string(50'000'000, 'y')); });
  CurlTransport transport(kNever);
  const auto got = transport.exchange({server.origin(), {}, "x"});
  REQUIRE(got);
  CHECK(got->body.size() == 256 * 1024);
}

TEST_CASE("no collector, nonsense and a cut answer are no answer, with the reason") {
  CurlTransport transport(kNever);
  std::string gone;
  {
    LoopbackServer server([](const auto&) { return answer("200 OK"); });
    gone = server.origin();
  }
  const auto refused = transport.exchange({gone, {}, "x"});
  REQUIRE(!refused);
  CHECK(refused.error().reason.find("Failed to connect") != std::string::npos);
  CHECK_FALSE(refused.error().stopped);

  LoopbackServer nonsense([](const auto&) { return std::string("\x01\x02\x03 what?\r\n\r\n"); });
  CHECK(!transport.exchange({nonsense.origin(), {}, "x"}));
  LoopbackServer cut(
      [](const auto&) { return std::string("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort"); });
  CHECK(!transport.exchange({cut.origin(), {}, "x"}));
}

TEST_CASE("a collector that accepts and never answers is given up") {
  LoopbackServer server([](const auto&) { return std::string(); });
  CurlTransport transport(kNever, {1s, 30s, 300ms});
  const auto got = transport.exchange({server.origin(), {}, "x"});
  REQUIRE(!got);
  CHECK_FALSE(got.error().stopped);
}

TEST_CASE("GET and DELETE carry no body") {
  LoopbackServer server([](const auto&) { return answer("200 OK", "{}"); }, LoopbackServer::Body::kNone);
  CurlTransport transport(kNever);
  CHECK(transport.exchange({server.origin() + "/v1/experiment", {}, {}, uploader::Method::kGet}));
  CHECK(transport.exchange({server.origin() + "/v1/clients/x", {}, {}, uploader::Method::kDelete}));
  REQUIRE(server.requests().size() == 2);
  CHECK(server.requests()[0].substr(0, 24) == "GET /v1/experiment HTTP/");
  CHECK(server.requests()[1].substr(0, 28) == "DELETE /v1/clients/x HTTP/1.");
}

TEST_CASE("failed requests leave no descriptor and no memory behind") {
  LoopbackServer server([count = 0](const auto&) mutable {
    switch (++count % 5) {
      case 0:
        return std::string("nonsense\r\n\r\n");
      case 1:
        return answer("200 OK", std::string(1'000'000, 'y'));
      case 2:
        return std::string("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nshort");
      case 3:
        return std::string("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n");
      default:
        return answer("302 Found\r\nLocation: http://127.0.0.1:1/");
    }
  });
  CurlTransport transport(kNever);
  const auto descriptors = [] {
    const std::filesystem::directory_iterator open("/proc/self/fd");
    return std::distance(begin(open), end(open));
  };
  const auto residentPages = [] {
    std::ifstream in("/proc/self/statm");
    std::int64_t size = 0, resident = 0;
    in >> size >> resident;
    return resident;
  };
  const auto failALot = [&](int times) {
    for (int i = 0; i < times; ++i) (void)transport.exchange({server.origin(), {}, "x"});
  };
  failALot(20);
  const auto open = descriptors();
  const auto resident = residentPages();
  failALot(300);
  CHECK(descriptors() <= open);
  CHECK(residentPages() - resident < 512);  // 2 MiB, with the server's own
}

TEST_CASE("a stop ends a request that is under way") {
  std::atomic<bool> stop = false;
  LoopbackServer server([&](const auto&) {
    stop = true;
    return std::string();
  });
  CurlTransport transport(stop);
  const auto began = std::chrono::steady_clock::now();
  const auto got = transport.exchange({server.origin(), {}, "x"});
  REQUIRE(!got);
  CHECK(got.error().stopped);
  CHECK(std::chrono::steady_clock::now() - began < 2s);
}

TEST_CASE("https to something that is no TLS server fails, and files are not read") {
  LoopbackServer server([](const auto&) { return answer("200 OK"); });
  CurlTransport transport(kNever, {1s, 2s, 2s});
  CHECK(!transport.exchange({"https" + server.origin().substr(4), {}, "x"}));
  CHECK(!transport.exchange({"file:///etc/hostname", {}, "x"}));
}
