#include "monitor/record/terms.h"

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "monitor/record/scope.h"

using namespace dwell;
using namespace dwell::monitor;

namespace {

constexpr std::int64_t kHour = 3'600'000;

template <class Value>
Value oneOf(std::mt19937& random, const std::vector<Value>& values) {
  return values[random() % values.size()];
}

std::vector<std::string> someOf(std::mt19937& random, const std::vector<std::string>& values) {
  std::vector<std::string> some;
  for (const auto& value : values) {
    if (random() % 3 == 0) some.push_back(value);
  }
  return some;
}

/// Settings as a file can say them, each key at times.
Settings randomSettings(std::mt19937& random) {
  static const std::vector<std::string> kPatterns = {"*",
                                                     "https://shop.example/*",
                                                     "shop.example/cart*",
                                                     "https://*.example/*",
                                                     "news.example",
                                                     "https://shop.example/cart/pay",
                                                     "http://*",
                                                     "*.shop.example",
                                                     "https://shop.example:8443/*"};
  Settings settings;
  const auto says = [&](const char* key) {
    const bool said = random() % 2 == 0;
    if (said) settings.named.insert(key);
    return said;
  };
  if (says("scope.level"))
    settings.level =
        oneOf<Level>(random, {Level::kHistograms, Level::kOrigins, Level::kVisits, Level::kVisits});
  if (says("scope.url_detail"))
    settings.urlDetail = oneOf<UrlDetail>(
        random, {UrlDetail::kFull, UrlDetail::kWithoutQuery, UrlDetail::kOrigin, UrlDetail::kKeyedHash});
  if (says("scope.search_words"))
    settings.searchWords =
        oneOf<SearchWords>(random, {SearchWords::kOff, SearchWords::kKeyedHash, SearchWords::kFull});
  if (says("scope.keep_parameters")) settings.keepParameters = someOf(random, {"variant", "arm", "page"});
  if (random() % 2 == 0) settings.include = someOf(random, kPatterns);
  if (random() % 2 == 0) settings.exclude = someOf(random, kPatterns);
  for (const char* name : {"cart", "news"}) {
    if (random() % 3 == 0) settings.pageGroups.push_back({name, {std::string("*/") + name + "*"}});
  }
  if (random() % 3 == 0) settings.end = wallTime(static_cast<std::int64_t>(random() % 5) * kHour);
  return settings;
}

const std::vector<std::string> kUrls = {"https://shop.example/cart/pay?variant=qqv&arm=qqa&secret=qqs",
                                        "https://shop.example/qqpath?page=qqg",
                                        "http://shop.example/cart?variant=qqv",
                                        "https://www.shop.example/news/qqpath",
                                        "https://news.example/news/qqpath?arm=qqa&secret=qqs",
                                        "https://shop.example:8443/qqpath?variant=qqv",
                                        "https://elsewhere.test/cart/qqpath?secret=qqs"};
const std::vector<std::string> kPieces = {"qqv",   "qqa",          "qqs",          "qqg",           "qqpath",
                                          "/cart", "shop.example", "news.example", "elsewhere.test"};

/// What of a machine's use can be told under `settings`: an oracle that knows nothing of consents.
struct Told {
  std::set<std::string> visits;                          ///< URLs of which a visit is kept
  std::set<std::string> counted;                         ///< URLs whose use is counted at all
  std::set<std::pair<std::string, std::string>> pieces;  ///< of URLs, that can be read
  std::set<std::pair<std::string, std::string>> same;    ///< URLs whose visits can be told apart by page
  std::set<std::pair<std::string, std::string>> groups;  ///< URL and the page group it is counted in
  int words = 0;
};

Told toldUnder(const Settings& settings) {
  const Scope scope(settings, HashKey{});
  Told told;
  for (const auto& url : kUrls) {
    if (!scope.contains(url)) continue;
    told.counted.insert(url);
    const std::string kept = scope.kept(url);
    for (const auto& group : settings.pageGroups) {
      if (UrlPatterns(group.patterns).match(kept)) told.groups.insert({url, group.name});
    }
    if (settings.level == Level::kHistograms) continue;
    told.visits.insert(url);
    for (const auto& piece : kPieces) {
      if (kept.find(piece) != std::string::npos) told.pieces.insert({url, piece});
    }
    for (const auto& other : kUrls) {
      if (scope.contains(other) && scope.kept(other) != kept) told.same.insert({url, other});
    }
  }
  if (settings.level != Level::kHistograms) told.words = static_cast<int>(settings.searchWords);
  return told;
}

template <class Set>
bool within(const Set& narrow, const Set& wide) {
  return std::includes(wide.begin(), wide.end(), narrow.begin(), narrow.end());
}

Consent agreedTo(const Settings& settings, const std::string& collector = {}) {
  Consent consent = consentNeeded(settings, collector);
  consent.time = wallTime(1);
  return consent;
}

Standing standing(const Settings& own, const std::optional<Membership>& membership,
                  const std::optional<Consent>& given, std::int64_t ms = 10) {
  return termsOf(own, membership, std::nullopt, given, wallTime(ms)).standing;
}

const std::string kCollector = "https://research.example";

}  // namespace

TEST_CASE("of random settings and consents, what is recorded is what both allow, until somebody agrees") {
  int covered = 0, kept = 0;
  for (std::uint32_t seed = 1; seed <= 3'000; ++seed) {
    std::mt19937 random(seed);
    const Settings agreed = randomSettings(random), asked = randomSettings(random);
    const Consent given = agreedTo(agreed);
    const Settings inForce = narrowed(asked, given);
    INFO("seed " << seed);
    REQUIRE(covers(given, consentNeeded(inForce, "")));
    REQUIRE(covers(consentNeeded(asked, ""), consentNeeded(inForce, "")));
    const Told now = toldUnder(inForce), may = toldUnder(agreed), should = toldUnder(asked);
    for (const Told* most : {&may, &should}) {
      REQUIRE(within(now.counted, most->counted));
      REQUIRE(within(now.visits, most->visits));
      REQUIRE(within(now.pieces, most->pieces));
      REQUIRE(within(now.same, most->same));
      REQUIRE(now.words <= most->words);
    }
    REQUIRE(within(now.groups, should.groups));
    std::set<std::string> both;
    std::set_intersection(may.counted.begin(), may.counted.end(), should.counted.begin(),
                          should.counted.end(), std::inserter(both, both.end()));
    REQUIRE(now.counted == both);  // and no less
    for (const auto* limit : {&agreed.end, &asked.end}) {
      if (*limit) REQUIRE((inForce.end && *inForce.end <= **limit));
    }
    // What is covered is recorded as it was asked.
    if (covers(given, consentNeeded(asked, ""))) {
      ++covered;
      REQUIRE(toldUnder(inForce).pieces == should.pieces);
      REQUIRE(now.groups == should.groups);
      REQUIRE(within(should.pieces, may.pieces));
    }
    kept += now.pieces.empty() ? 0 : 1;
  }
  CHECK(covered > 100);
  CHECK(kept > 300);
}

TEST_CASE("what file and experiment say together is never wider than either says") {
  for (std::uint32_t seed = 1; seed <= 3'000; ++seed) {
    std::mt19937 random(seed);
    const Settings own = randomSettings(random), experiment = randomSettings(random);
    const Settings both = askedOf(own, experiment);
    INFO("seed " << seed);
    const Told now = toldUnder(both);
    if (!experiment.include.empty()) REQUIRE(within(now.counted, toldUnder(experiment).counted));
    REQUIRE(within(now.counted, toldUnder(own).counted));
    for (const Settings* each : {&own, &experiment}) {
      const auto says = [&](const char* key) { return each->named.count(key) > 0; };
      if (says("scope.level")) REQUIRE(both.level <= each->level);
      if (says("scope.search_words")) REQUIRE(both.searchWords <= each->searchWords);
      if (each->end) REQUIRE((both.end && *both.end <= *each->end));
      if (says("scope.url_detail") && says("scope.keep_parameters"))
        REQUIRE(within(now.pieces, toldUnder(*each).pieces));
    }
    if (both.level == Level::kHistograms) REQUIRE(both.pageGroups == experiment.pageGroups);
  }
}

TEST_CASE("an experiment asks for what it says, the file of the machine can take away from it") {
  Settings own, experiment;
  experiment.urlDetail = UrlDetail::kFull;
  experiment.named = {"scope.url_detail"};
  CHECK(askedOf(own, experiment).urlDetail == UrlDetail::kFull);
  own.named = {"scope.url_detail"};
  CHECK(askedOf(own, experiment).urlDetail == UrlDetail::kWithoutQuery);
  own.urlDetail = UrlDetail::kOrigin;
  CHECK(askedOf(own, experiment).level == Level::kOrigins);
}

TEST_CASE("settings of a newer revision narrow at once and widen after a new act") {
  const Settings own;
  const Membership first{kCollector, R"({"scope":{"include":["https://shop.example/*"]}})"};
  const auto given = termsOf(own, first, {}, {}, wallTime(10)).needed;
  CHECK(standing(own, first, given) == Standing::kRecords);

  const Membership narrower{kCollector,
                            R"({"scope":{"include":["https://shop.example/cart*"],"level":"histograms"}})"};
  auto terms = termsOf(own, narrower, {}, given, wallTime(10));
  CHECK(terms.standing == Standing::kRecords);
  CHECK_FALSE(terms.wantsMore);
  CHECK(terms.inForce.level == Level::kHistograms);

  const Membership wider{kCollector, R"({"scope":{"url_detail":"full","search_words":"full"}})"};
  terms = termsOf(own, wider, {}, given, wallTime(10));
  CHECK(terms.standing == Standing::kRecords);
  CHECK(terms.wantsMore);
  CHECK(terms.inForce.urlDetail == UrlDetail::kWithoutQuery);
  CHECK(terms.inForce.searchWords == SearchWords::kOff);
  CHECK_FALSE(Scope(terms.inForce, HashKey{}).contains("https://news.example/"));
  terms = termsOf(own, wider, {}, terms.needed, wallTime(10));
  CHECK_FALSE(terms.wantsMore);
  CHECK(terms.inForce.urlDetail == UrlDetail::kFull);
  CHECK(Scope(terms.inForce, HashKey{}).contains("https://news.example/"));
}

TEST_CASE("nothing is recorded after the end, in a stopped experiment, or under settings of a newer Dwell") {
  const Settings own;
  const Membership ends{kCollector, R"({"experiment":{"end":"1970-01-01"}})"};
  const auto given = termsOf(own, ends, {}, {}, wallTime(10)).needed;
  CHECK(standing(own, ends, given, 24 * kHour - 1) == Standing::kRecords);
  CHECK(standing(own, ends, given, 24 * kHour) == Standing::kEnded);
  // The experiment goes on for longer than was agreed to.
  const Membership longer{kCollector, R"({"experiment":{"end":"1970-01-02"}})"};
  CHECK(standing(own, longer, given, 24 * kHour - 1) == Standing::kRecords);
  CHECK(termsOf(own, longer, {}, given, wallTime(10)).wantsMore);
  CHECK(standing(own, longer, given, 24 * kHour) == Standing::kOtherTerms);

  CHECK(standing(own, Membership{kCollector, R"({"experiment":{"stopped":true}})"}, given) ==
        Standing::kStopped);
  CHECK(standing(own, Membership{kCollector, R"({"scope":{"levels":"all"}})"}, given) ==
        Standing::kNotUnderstood);
}

TEST_CASE("another text or another collector is other terms; no act is no consent") {
  const Settings own;
  CHECK(standing(own, {}, {}) == Standing::kNoConsent);
  CHECK(standing(own, {}, agreedTo(own)) == Standing::kRecords);
  CHECK(standing(own, Membership{kCollector, "{}"}, agreedTo(own)) == Standing::kOtherTerms);
  auto other = agreedTo(own);
  other.textSha256.assign(64, '0');
  CHECK(standing(own, {}, other) == Standing::kOtherTerms);
}

TEST_CASE("where each participant agrees for themselves, only who is named and has agreed is recorded") {
  Settings own;
  own.consentPerParticipant = true;
  CHECK(consentPerParticipant(own, {}));
  CHECK(consentPerParticipant({},
                              Membership{kCollector, R"({"experiment":{"consent_per_participant":true}})"}));
  CHECK(standing(own, {}, agreedTo(own)) == Standing::kNobody);
  auto terms = termsOf(own, {}, "P1", {}, wallTime(10));
  CHECK(terms.standing == Standing::kNoConsent);
  CHECK(terms.needed.participant == "P1");
  CHECK(termsOf(own, {}, "P1", terms.needed, wallTime(10)).standing == Standing::kRecords);
  CHECK(termsOf(own, {}, "P2", terms.needed, wallTime(10)).standing == Standing::kOtherTerms);
}

TEST_CASE("every standing has a name and says what is so") {
  std::set<std::string> names;
  for (const auto each : {Standing::kRecords, Standing::kNoConsent, Standing::kOtherTerms, Standing::kEnded,
                          Standing::kStopped, Standing::kNobody, Standing::kNotUnderstood}) {
    names.insert(standingName(each));
    CHECK_FALSE(std::string(standingText(each).what).empty());
  }
  CHECK(names.size() == 7);
}
