#include "monitor/record/consent.h"

#include <catch2/catch.hpp>

#include "monitor/record/consent_text.h"

namespace dwell::monitor {
namespace {

TEST_CASE("what was agreed to covers the same again, whenever it was") {
  Consent given = consentNeeded(Settings{}, "https://research.example");
  given.time = wallTime(1);
  CHECK(covers(given, consentNeeded(Settings{}, "https://research.example")));
}

TEST_CASE("keeping more of a URL needs a new act, keeping less does not") {
  Settings narrow, usual, wide;
  narrow.urlDetail = UrlDetail::kOrigin;
  wide.urlDetail = UrlDetail::kFull;
  const Consent given = consentNeeded(usual, "");
  CHECK(covers(given, consentNeeded(narrow, "")));
  CHECK_FALSE(covers(given, consentNeeded(wide, "")));
}

TEST_CASE(
    "hashes of addresses are less than addresses, and need their own act where only sites were agreed to") {
  Settings hashed, sites, usual;
  hashed.urlDetail = UrlDetail::kKeyedHash;
  sites.urlDetail = UrlDetail::kOrigin;
  CHECK_FALSE(covers(consentNeeded(sites, ""), consentNeeded(hashed, "")));
  CHECK_FALSE(covers(consentNeeded(hashed, ""), consentNeeded(sites, "")));
  CHECK_FALSE(covers(consentNeeded(hashed, ""), consentNeeded(usual, "")));
  CHECK(covers(consentNeeded(usual, ""), consentNeeded(hashed, "")));
}

TEST_CASE("a level covers those before it, not those after it") {
  Settings byWidth[3];
  byWidth[0].level = Level::kHistograms;
  byWidth[1].level = Level::kOrigins;
  for (int given = 0; given < 3; ++given) {
    for (int needed = 0; needed < 3; ++needed)
      CHECK(covers(consentNeeded(byWidth[given], ""), consentNeeded(byWidth[needed], "")) ==
            (needed <= given));
  }
  Settings byDetail;
  byDetail.urlDetail = UrlDetail::kOrigin;
  CHECK(consentNeeded(byDetail, "") == consentNeeded(byWidth[1], ""));
}

TEST_CASE("a page group counts apart what no visit tells: it is agreed to by name") {
  Settings none, cart, visits, hashed;
  none.level = cart.level = Level::kHistograms;
  cart.pageGroups = {{"cart", {"https://shop.example/cart*"}}};
  hashed.urlDetail = UrlDetail::kKeyedHash;
  CHECK_FALSE(covers(consentNeeded(none, ""), consentNeeded(cart, "")));
  CHECK_FALSE(covers(consentNeeded(hashed, ""), consentNeeded(cart, "")));
  CHECK(covers(consentNeeded(cart, ""), consentNeeded(none, "")));
  CHECK(covers(consentNeeded(visits, ""), consentNeeded(cart, "")));
}

TEST_CASE("an end that is later, or none, needs a new act") {
  Settings soon, late, never;
  soon.end = wallTime(1'000);
  late.end = wallTime(2'000);
  CHECK(covers(consentNeeded(late, ""), consentNeeded(soon, "")));
  CHECK(covers(consentNeeded(never, ""), consentNeeded(late, "")));
  CHECK_FALSE(covers(consentNeeded(soon, ""), consentNeeded(late, "")));
  CHECK_FALSE(covers(consentNeeded(late, ""), consentNeeded(never, "")));
}

TEST_CASE("search words are an item of their own: more of them needs a new act, less does not") {
  Settings off, hashed, full;
  hashed.searchWords = SearchWords::kKeyedHash;
  full.searchWords = SearchWords::kFull;
  full.urlDetail = off.urlDetail = hashed.urlDetail = UrlDetail::kFull;
  const Settings* byWidth[] = {&off, &hashed, &full};
  for (int given = 0; given < 3; ++given) {
    for (int needed = 0; needed < 3; ++needed)
      CHECK(covers(consentNeeded(*byWidth[given], ""), consentNeeded(*byWidth[needed], "")) ==
            (needed <= given));
  }
}

TEST_CASE("another parameter to keep needs a new act, fewer do not, and none where the query is agreed to") {
  Settings none, one, two, whole;
  one.keepParameters = {"variant"};
  two.keepParameters = {"arm", "variant"};
  whole.urlDetail = UrlDetail::kFull;
  CHECK_FALSE(covers(consentNeeded(none, ""), consentNeeded(one, "")));
  CHECK_FALSE(covers(consentNeeded(one, ""), consentNeeded(two, "")));
  CHECK(covers(consentNeeded(two, ""), consentNeeded(one, "")));
  CHECK(covers(consentNeeded(one, ""), consentNeeded(none, "")));
  CHECK(covers(consentNeeded(whole, ""), consentNeeded(two, "")));
}

TEST_CASE("the document names parameters, words of searches and hashes") {
  Settings settings;
  CHECK(consentDocument(consentNeeded(settings, "")).find("their words are not kept") != std::string::npos);
  settings.keepParameters = {"variant", "arm"};
  settings.searchWords = SearchWords::kKeyedHash;
  std::string document = consentDocument(consentNeeded(settings, ""));
  CHECK(document.find("kept of the query: variant, arm") != std::string::npos);
  CHECK(document.find("their words are kept as hashes") != std::string::npos);
  settings.urlDetail = UrlDetail::kFull;
  settings.searchWords = SearchWords::kFull;
  document = consentDocument(consentNeeded(settings, ""));
  CHECK(document.find("Parameters") == std::string::npos);
  CHECK(document.find("the words of the search are in it") != std::string::npos);
  CHECK(document.find("their words are kept\n") != std::string::npos);
  settings.urlDetail = UrlDetail::kKeyedHash;
  CHECK(consentDocument(consentNeeded(settings, "")).find("as hashes") != std::string::npos);
}

TEST_CASE("reports may go only where they were said to go, or nowhere") {
  const Consent given = consentNeeded(Settings{}, "https://research.example");
  CHECK(covers(given, consentNeeded(Settings{}, "")));
  CHECK_FALSE(covers(given, consentNeeded(Settings{}, "https://other.example")));
  CHECK_FALSE(covers(consentNeeded(Settings{}, ""), consentNeeded(Settings{}, "https://research.example")));
}

TEST_CASE("more pages need a new act, fewer do not") {
  Settings all, shop, cart, other, but;
  shop.include = {"https://*.shop.example/*"};
  cart.include = {"https://www.shop.example/cart*"};
  other.include = {"https://www.shop.example/cart*", "https://news.example/*"};
  but.include = shop.include;
  but.exclude = {"https://www.shop.example/cart*"};
  const auto allows = [](const Settings& given, const Settings& needed) {
    return covers(consentNeeded(given, ""), consentNeeded(needed, ""));
  };
  CHECK(allows(all, shop));
  CHECK(allows(shop, cart));
  CHECK(allows(shop, but));
  CHECK(allows(other, cart));
  CHECK_FALSE(allows(cart, other));
  CHECK_FALSE(allows(cart, shop));
  CHECK_FALSE(allows(shop, all));
  CHECK_FALSE(allows(but, cart));
  CHECK_FALSE(allows(but, shop));
}

TEST_CASE("another text needs a new act") {
  Consent given = consentNeeded(Settings{}, "");
  given.textSha256.front() = given.textSha256.front() == '0' ? '1' : '0';
  CHECK_FALSE(covers(given, consentNeeded(Settings{}, "")));
}

TEST_CASE("the text names every kind of thing that is recorded, and what is never") {
  const std::string text(kConsentText);
  for (const char* named : {"addresses",
                            "how long",
                            "mouse moves, buttons, keys, touches and scrolls",
                            "how far it was scrolled",
                            "how fast it came up",
                            "sound",
                            "how many links",
                            "a label that a page gives itself",
                            "results pages",
                            "rank, kind and address",
                            "In forms",
                            "how many characters",
                            "At a log-in",
                            "never what was typed",
                            "the length of a password",
                            "private windows",
                            "withdraw",
                            "three levels",
                            "How long",
                            "erase",
                            "asked anew"}) {
    INFO(named);
    CHECK(text.find(named) != std::string::npos);
  }
}

TEST_CASE("the document shows scope, detail and where reports go") {
  Settings settings;
  settings.exclude = {"https://bank.example/*"};
  settings.end = wallTime(1'798'740'000'000);
  settings.pageGroups = {{"cart", {"https://shop.example/cart*"}}};
  const std::string document = consentDocument(consentNeeded(settings, "https://research.example"));
  CHECK(document.find("2026-12-31 18:00 UTC") != std::string::npos);
  CHECK(document.find("cart (https://shop.example/cart*)") != std::string::npos);
  CHECK(document.find("each visit with its address") != std::string::npos);
  CHECK(document.find("all pages except https://bank.example/*") != std::string::npos);
  CHECK(document.find("without their query") != std::string::npos);
  CHECK(document.find("https://research.example") != std::string::npos);
}

}  // namespace
}  // namespace dwell::monitor
