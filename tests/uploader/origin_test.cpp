#include "uploader/origin.h"

#include <catch2/catch.hpp>

using dwell::uploader::collectorOrigin;

TEST_CASE("an origin has one form") {
  CHECK(collectorOrigin("https://research.example") == "https://research.example");
  CHECK(collectorOrigin("HTTPS://Research.Example:8443/") == "https://research.example:8443");
  CHECK(collectorOrigin("https://[2001:DB8::1]:8443") == "https://[2001:db8::1]:8443");
  CHECK(collectorOrigin("https://192.0.2.7") == "https://192.0.2.7");
}

TEST_CASE("http is for loopback only") {
  for (const char* origin :
       {"http://127.0.0.1:8080", "http://127.1.2.3", "http://localhost:80", "http://[::1]:9"}) {
    CHECK(collectorOrigin(origin) == origin);
  }
  for (const char* origin : {"http://research.example", "http://192.0.2.7", "http://127.0.0.1.example",
                             "http://localhost.example", "http://[::2]", "http://127.example"}) {
    CHECK(collectorOrigin(origin).error().expected == "https:// for another machine");
  }
}

TEST_CASE("what is no plain origin is refused") {
  for (const char* text : {"", "research.example", "ftp://research.example", "https://", "https://a/b",
                           "https://a?x", "https://a#x", "https://user@a", "https://user:pass@a",
                           "https://a b", "https://a:", "https://a:0", "https://a:65536", "https://a:8x",
                           "https://[::1", "https://a\r\nX: y", "https://[]", "file:///etc"}) {
    CAPTURE(text);
    CHECK(!collectorOrigin(text));
  }
}
