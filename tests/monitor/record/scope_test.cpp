#include "monitor/record/scope.h"

#include <catch2/catch.hpp>

#include "base/url.h"

using namespace dwell;
using namespace dwell::monitor;

namespace {

bool matches(const char* pattern, const char* url) { return UrlPattern(pattern).matches(url); }

Scope scopeOf(UrlDetail detail, std::vector<std::string> include = {},
              std::vector<std::string> exclude = {}) {
  Settings settings;
  settings.urlDetail = detail;
  settings.include = std::move(include);
  settings.exclude = std::move(exclude);
  return Scope(settings, HashKey{});
}

constexpr const char* kUrl = "https://ann:secret@shop.test:8443/cart/pay?card=1#top";

}  // namespace

TEST_CASE("a star in a pattern stands for any text") {
  CHECK(matches("https://shop.test/cart*", "https://shop.test/cart/pay?x=1"));
  CHECK(matches("https://shop.test/*/pay", "https://shop.test/cart/pay"));
  CHECK(matches("https://shop.test/*?variant=b*", "https://shop.test/cart?variant=b&x=1"));
  CHECK(matches("*", "http://anything.test/"));
  CHECK(matches("http*://shop.test/", "https://shop.test/"));
  CHECK_FALSE(matches("https://shop.test/cart", "https://shop.test/cart/pay"));
  CHECK_FALSE(matches("https://shop.test/*/pay", "https://shop.test/cart/payment"));
  CHECK_FALSE(matches("https://shop.test/", "http://shop.test/"));
}

TEST_CASE("a pattern without a path is for the whole host, one without a scheme for http and https") {
  CHECK(matches("https://shop.test", "https://shop.test/cart?x"));
  CHECK(matches("shop.test/cart*", "http://shop.test/cart"));
  CHECK(matches("shop.test", "https://shop.test/"));
  CHECK(matches("shop.test", "https://shop.test"));
  CHECK_FALSE(matches("shop.test", "ftp://shop.test/"));
  CHECK_FALSE(matches("*", "chrome://settings/"));
  CHECK_FALSE(matches("shop.test", "https://www.shop.test/"));
}

TEST_CASE("a pattern of a domain's hosts is for the domain itself too") {
  CHECK(matches("https://*.shop.test/*", "https://www.shop.test/"));
  CHECK(matches("https://*.shop.test/*", "https://a.b.shop.test/x"));
  CHECK(matches("https://*.shop.test/*", "https://shop.test/"));
  CHECK_FALSE(matches("https://*.shop.test/*", "https://notshop.test/"));
}

TEST_CASE("no page elsewhere matches by having the host's name in its path, query or user") {
  CHECK_FALSE(matches("https://*.shop.test/*", "https://evil.test/.shop.test/"));
  CHECK_FALSE(matches("https://*.shop.test/*", "https://evil.test/?x=www.shop.test/"));
  CHECK_FALSE(matches("https://*.shop.test/*", "https://www.shop.test@evil.test/"));
  CHECK_FALSE(matches("https://*.shop.test/*", "https://evil.test/#https://www.shop.test/"));
}

TEST_CASE("a pattern without a port is for any, one with a port for that one") {
  CHECK(matches("http://localhost/*", "http://localhost:8080/a"));
  CHECK(matches("http://localhost:8080/*", "http://localhost:8080/a"));
  CHECK_FALSE(matches("http://localhost:8080/*", "http://localhost:9090/a"));
  CHECK_FALSE(matches("http://localhost:8080/*", "http://localhost/a"));
  CHECK(matches("http://[::1]/*", "http://[::1]:8080/a"));
  CHECK_FALSE(matches("http://[::1]:80/*", "http://[::1]:8080/a"));
}

TEST_CASE("upper and lower case are the same in scheme and host and differ in the path") {
  CHECK(matches("HTTPS://Shop.Test/Cart", "https://shop.test/Cart"));
  CHECK_FALSE(matches("https://shop.test/Cart", "https://shop.test/cart"));
}

TEST_CASE("a pattern of many stars takes no exponential time") {
  const std::string url = "https://shop.test/" + std::string(5'000, 'a');
  CHECK_FALSE(UrlPattern("https://shop.test/*a*a*a*a*a*a*a*a*a*a*a*a*b").matches(url));
}

TEST_CASE("without an include pattern every page is in scope, and exclude wins") {
  CHECK(scopeOf(UrlDetail::kFull).contains("https://any.test/"));
  const Scope narrow = scopeOf(UrlDetail::kFull, {"https://shop.test/*"}, {"https://shop.test/account*"});
  CHECK(narrow.contains("https://shop.test/cart"));
  CHECK_FALSE(narrow.contains("https://shop.test/account/1"));
  CHECK_FALSE(narrow.contains("https://other.test/"));
}

TEST_CASE("user, password and fragment are cut whatever the detail") {
  CHECK(scopeOf(UrlDetail::kFull).kept(kUrl) == "https://shop.test:8443/cart/pay?card=1");
  CHECK(scopeOf(UrlDetail::kWithoutQuery).kept(kUrl) == "https://shop.test:8443/cart/pay");
  CHECK(scopeOf(UrlDetail::kOrigin).kept(kUrl) == "https://shop.test:8443");
}

TEST_CASE("what is kept stays the same when it is kept again") {
  for (const UrlDetail detail : {UrlDetail::kFull, UrlDetail::kWithoutQuery, UrlDetail::kOrigin}) {
    const Scope scope = scopeOf(detail);
    CHECK(scope.kept(scope.kept(kUrl)) == scope.kept(kUrl));
  }
}

TEST_CASE("parameters that an experiment needs are kept of a query that is cut, in their order") {
  Settings settings;
  settings.keepParameters = {"variant", "arm"};
  const Scope scope(settings, HashKey{});
  CHECK(scope.kept("https://a:b@shop.test/cart?x=1&arm=2&variantx=3&variant=b%20c&&variant#arm=9") ==
        "https://shop.test/cart?arm=2&variant=b%20c&variant");
  CHECK(scope.kept("https://shop.test?arm=1") == "https://shop.test?arm=1");
  CHECK(scope.kept("https://shop.test/?q=arm=1") == "https://shop.test/");
  CHECK(scope.kept("file:///home/x?arm=1") == "file:///home/x?arm=1");
  settings.urlDetail = UrlDetail::kOrigin;
  CHECK(Scope(settings, HashKey{}).kept("https://shop.test/cart?arm=2") == "https://shop.test");
}

TEST_CASE("a path is masked unless URLs are kept whole") {
  const char* url = "https://shop.test/reset/ann@shop.test/1";
  CHECK(scopeOf(UrlDetail::kWithoutQuery).kept(url) == "https://shop.test/reset/[masked]/1");
  CHECK(scopeOf(UrlDetail::kFull).kept(url) == url);
}

TEST_CASE("hashes tell which pages, hosts and sites are the same, and nothing else of them") {
  const Scope scope = scopeOf(UrlDetail::kKeyedHash);
  const std::string www = scope.kept("https://www.shop.test/cart?card=1#top");
  const std::string plain = scope.kept("https://shop.test/cart");
  CHECK(www == scope.kept("https://ann:secret@www.shop.test/cart?card=2"));
  CHECK(www != scope.kept("https://www.shop.test/pay"));
  CHECK(url::host(www) == url::host(scope.kept("https://WWW.shop.test:8443/pay")));
  CHECK(url::host(www) != url::host(plain));
  CHECK(url::site(www) == url::site(plain));
  CHECK(url::site(www) != url::site(scope.kept("https://other.test/cart")));
  CHECK(url::site(plain) == url::host(plain));
  for (const char* part : {"shop", "test", "cart", "card", "www", "ann"})
    CHECK(www.find(part) == std::string::npos);
  Settings settings;
  settings.urlDetail = UrlDetail::kKeyedHash;
  CHECK(Scope(settings, newHashKey()).kept("https://shop.test/cart") != plain);
}

TEST_CASE("search words are kept, hashed or left out as the settings say") {
  Settings settings;
  settings.searchWords = SearchWords::kKeyedHash;
  CHECK(Scope(settings, HashKey{}).keptWords("rare words") == keyedHashHex("rare words", HashKey{}));
  CHECK(Scope(settings, HashKey{}).keptWords("").empty());
  settings.searchWords = SearchWords::kFull;
  CHECK(Scope(settings, HashKey{}).keptWords("rare words") == "rare words");
  settings.searchWords = SearchWords::kOff;
  CHECK(Scope(settings, HashKey{}).keptWords("rare words").empty());
}

TEST_CASE("every URL of a search or trajectory goes through scope and detail, and search words are off") {
  const Scope scope = scopeOf(UrlDetail::kWithoutQuery, {"https://shop.test/*", "https://find.test/*"});
  schemas::Search search;
  search.query = "words";
  search.results = {{1, "https://shop.test/a?b", "organic", true, 4},
                    {2, "https://other.test/", "ad", false, {}}};
  search = scope.kept(search);
  CHECK(search.query.empty());
  CHECK(search.results[0].url == "https://shop.test/a");
  CHECK(search.results[1].url.empty());
  CHECK(search.results[1].rank == 2);
  CHECK(search.results[1].kind == "ad");

  schemas::Trajectory trajectory;
  trajectory.loginUrl = "https://login.test/";
  CHECK(scope.kept(trajectory).loginUrl.empty());
  trajectory.loginUrl = "https://shop.test/login?next=1";
  CHECK(scope.kept(trajectory).loginUrl == "https://shop.test/login");

  schemas::Visit visit;
  visit.url = "https://find.test/?q=words";
  visit.serp = schemas::SerpClick{1, "find", "words", 1};
  visit.resultsPage = schemas::ResultsPage{"find", "words", 10};
  visit = scope.kept(visit);
  CHECK(visit.url == "https://find.test/");
  CHECK(visit.serp->query.empty());
  CHECK(visit.resultsPage->query.empty());
  CHECK(visit.resultsPage->results == 10);
}
