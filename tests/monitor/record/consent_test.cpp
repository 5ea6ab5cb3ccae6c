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

TEST_CASE("reports may go only where they were said to go, or nowhere") {
  const Consent given = consentNeeded(Settings{}, "https://research.example");
  CHECK(covers(given, consentNeeded(Settings{}, "")));
  CHECK_FALSE(covers(given, consentNeeded(Settings{}, "https://other.example")));
  CHECK_FALSE(covers(consentNeeded(Settings{}, ""), consentNeeded(Settings{}, "https://research.example")));
}

TEST_CASE("another scope needs a new act") {
  Settings scoped;
  scoped.include = {"https://shop.example/*"};
  CHECK_FALSE(covers(consentNeeded(Settings{}, ""), consentNeeded(scoped, "")));
}

TEST_CASE("another text needs a new act") {
  Consent given = consentNeeded(Settings{}, "");
  given.textSha256.front() = given.textSha256.front() == '0' ? '1' : '0';
  CHECK_FALSE(covers(given, consentNeeded(Settings{}, "")));
}

TEST_CASE("the text names every kind of thing that is recorded, and what is never") {
  const std::string text(kConsentText);
  for (const char* named :
       {"addresses", "how long", "mouse moves, buttons, keys, touches and scrolls", "how far it was scrolled",
        "how fast it came up", "sound", "how many links", "a label that a page gives itself", "results pages",
        "rank, kind and address", "In forms", "how many characters", "At a log-in", "never what was typed",
        "the length of a password", "private windows", "withdraw"}) {
    INFO(named);
    CHECK(text.find(named) != std::string::npos);
  }
}

TEST_CASE("the document shows scope, detail and where reports go") {
  Settings settings;
  settings.exclude = {"https://bank.example/*"};
  const std::string document = consentDocument(consentNeeded(settings, "https://research.example"));
  CHECK(document.find("all pages except https://bank.example/*") != std::string::npos);
  CHECK(document.find("without their query") != std::string::npos);
  CHECK(document.find("https://research.example") != std::string::npos);
}

}  // namespace
}  // namespace dwell::monitor
