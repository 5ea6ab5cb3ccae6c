#include "base/url.h"

#include <catch2/catch.hpp>
#include <string>

namespace url = dwell::url;

TEST_CASE("a URL is taken into its pieces") {
  const auto parts = url::split("https://ann:pw@www.shop.example:8443/a/b.html?x=1&y=?#top#2");
  CHECK(parts.scheme == "https");
  CHECK(parts.authority == "ann:pw@www.shop.example:8443");
  CHECK(parts.userInfo == "ann:pw");
  CHECK(parts.host == "www.shop.example");
  CHECK(parts.port == "8443");
  CHECK(parts.path == "/a/b.html");
  CHECK(parts.query == "x=1&y=?");
  CHECK(parts.fragment == "top#2");
}

TEST_CASE("pieces that are missing are empty") {
  CHECK(url::split("").path.empty());
  CHECK(url::split("about:blank").path == "blank");
  CHECK(url::split("about:blank").authority.empty());
  CHECK(url::split("http://h").path.empty());
  CHECK(url::split("http://h?q").query == "q");
  CHECK(url::split("http://h?q").host == "h");
  CHECK(url::split("/only/path").path == "/only/path");
  CHECK(url::split("1http://x").scheme.empty());
}

TEST_CASE("an IPv6 host keeps its brackets and its colons") {
  const auto parts = url::split("http://[::1]:8080/x");
  CHECK(parts.host == "[::1]");
  CHECK(parts.port == "8080");
  CHECK(url::site("http://[::1]:8080/x") == "[::1]");
  CHECK(url::split("http://[::1/x").host == "[");  // broken, but defined
}

TEST_CASE("an @ outside the authority is no user info") {
  CHECK(url::withoutUserInfo("https://h.example/@ann?m=a@b") == "https://h.example/@ann?m=a@b");
  CHECK(url::withoutUserInfo("https://u@h.example/") == "https://h.example/");
  CHECK(url::withoutUserInfo("https://u:p@x@h.example/") == "https://h.example/");
  CHECK(url::withoutUserInfo("mailto:ann@h.example") == "mailto:ann@h.example");
  CHECK(url::withoutUserInfo("") == "");
}

TEST_CASE("the same URL is the same without the fragment only") {
  CHECK(url::sameUrl("http://a.example/x#1", "http://a.example/x"));
  CHECK(url::sameUrl("http://a.example/x#", "http://a.example/x#y#z"));
  CHECK_FALSE(url::sameUrl("http://a.example/x?", "http://a.example/x"));
  CHECK_FALSE(url::sameUrl("http://a.example", "http://a.example/"));
  CHECK(url::withoutQueryAndFragment("http://a.example/x#1?y") == "http://a.example/x");
  CHECK(url::withoutQueryAndFragment("http://a.example/x?y#1") == "http://a.example/x");
}

TEST_CASE("only http and https are pages") {
  CHECK(url::isHttp("http://a"));
  CHECK(url::isHttp("HTTPS://a"));
  CHECK_FALSE(url::isHttp("httpx://a"));
  CHECK_FALSE(url::isHttp("http:/a"));
  CHECK_FALSE(url::isHttp("view-source:http://a"));
  CHECK_FALSE(url::isHttp("chrome://newtab/"));
}

TEST_CASE("the site is the registrable domain, or the host where there is none") {
  CHECK(url::site("https://www.shop.example.co.uk/x") == "example.co.uk");
  CHECK(url::site("https://a.b.example.com:8443/") == "example.com");
  CHECK(url::site("https://Example.COM./") == "example.com");
  CHECK(url::site("https://co.uk/") == "co.uk");
  CHECK(url::site("http://localhost:8000/") == "localhost");
  CHECK(url::site("http://192.168.0.1/") == "192.168.0.1");
  CHECK(url::site("http://me.github.io/") == "me.github.io");  // a private suffix separates sites, too
  CHECK(url::site("about:blank").empty());
}

TEST_CASE("the origin leaves out user info and path") {
  CHECK(url::origin("https://u:p@h.example:8443/a?b#c") == "https://h.example:8443");
  CHECK(url::origin("about:blank") == "about:");
}

TEST_CASE("path segments are what stands between slashes") {
  CHECK(url::pathSegments("http://h/a//b.php?c/d") == std::vector<std::string_view>{"a", "b.php"});
  CHECK(url::pathSegments("http://h").empty());
  CHECK(url::pathSegments("http://h/").empty());
}

TEST_CASE("the visible length is what must be typed at least") {
  CHECK(url::visibleLength("http://www.example.com/") == 11);
  CHECK(url::visibleLength("https://example.com/a/") == 13);
  CHECK(url::visibleLength("https://example.com/a//") == 14);
  CHECK(url::visibleLength("https://www.www.example.com") == 15);
  CHECK(url::visibleLength("http://h/?q=a%20b") == 8);
  CHECK(url::visibleLength("http://h/#x") == 4);
  CHECK(url::visibleLength("") == 0);
}

TEST_CASE("the visible length counts code points, not bytes") {
  CHECK(url::visibleLength("http://h/%C3%BC") == 3);              // ü
  CHECK(url::visibleLength("http://h/\xC3\xBC") == 3);            // not escaped
  CHECK(url::visibleLength("http://h/%F0%9F%98%80") == 3);        // one emoji
  CHECK(url::visibleLength("http://h/%e2%82%ac%E2%82%AC") == 4);  // € €
}

TEST_CASE("what is no valid escape or UTF-8 still has a length") {
  CHECK(url::visibleLength("http://h/%zz") == 5);
  CHECK(url::visibleLength("http://h/%4") == 4);
  CHECK(url::visibleLength("http://h/%") == 3);
  CHECK(url::visibleLength("http://h/%FF") == 3);
  CHECK(url::visibleLength("http://h/%C3") == 3);
  CHECK(url::visibleLength("http://h/%C3x") == 4);
  CHECK(url::visibleLength("http://h/%ED%A0%80") == 5);  // a surrogate is three stray bytes
}

TEST_CASE("a URL of two megabytes is only long") {
  const std::string huge = "http://h/" + std::string(2'000'000, 'a');
  CHECK(url::visibleLength(huge) == 2'000'002);
  CHECK(url::site(huge) == "h");
  CHECK(url::pathSegments(huge).size() == 1);
}
