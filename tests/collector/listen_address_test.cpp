#include "collector/listen_address.h"

#include <catch2/catch.hpp>

using dwell::collector::parseListenAddress;

TEST_CASE("loopback addresses are understood in every form") {
  CHECK(parseListenAddress("127.0.0.1:8080")->host == "127.0.0.1");
  CHECK(parseListenAddress("127.0.0.1:8080")->port == 8080);
  CHECK(parseListenAddress("localhost:0")->host == "127.0.0.1");
  CHECK(parseListenAddress("127.3.2.1:65535")->port == 65535);
  CHECK(parseListenAddress("[::1]:8080")->host == "::1");
}

TEST_CASE("beyond loopback is refused, with the next step") {
  for (const char* text : {"0.0.0.0:80", "192.0.2.1:80", "[::]:80", "[2001:db8::1]:80"}) {
    const auto address = parseListenAddress(text);
    REQUIRE_FALSE(address.has_value());
    CHECK(address.error().what.find("no TLS") != std::string::npos);
    CHECK(address.error().expected.find("nginx") != std::string::npos);
  }
}

TEST_CASE("what is no address is refused") {
  for (const char* text : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536",
                           "127.0.0.1:80x", "example.org:80", ":80", "127.0.0.1:-1"}) {
    INFO(text);
    CHECK_FALSE(parseListenAddress(text).has_value());
  }
}
