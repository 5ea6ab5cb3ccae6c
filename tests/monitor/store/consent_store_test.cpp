#include "monitor/store/consent_store.h"

#include <SQLiteCpp/Database.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>

#include "monitor/store/reader.h"
#include "monitor/store/store.h"
#include "tests/support/store_samples.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;
using monitor::ConsentStore;
using monitor::machineHash;

namespace {

const std::string kMachine = machineHash("0123456789abcdef0123456789abcdef\n");
const std::string kOtherMachine = machineHash("fedcba98765432100123456789abcdef\n");

struct Fixture {
  TempDir dir;
  ConsentStore consent = ConsentStore::open(dir.path()).value();

  std::int64_t number(const std::string& sql) {
    SQLite::Database database((dir.path() / "store.sqlite").string());
    return database.execAndGet(sql).getInt64();
  }
};

}  // namespace

TEST_CASE_METHOD(Fixture, "before consent there is none, and no client id") {
  CHECK_FALSE(consent.current());
  CHECK_FALSE(consent.identity(kMachine, kMorning));
}

TEST_CASE_METHOD(Fixture, "consent is an act with all that it is bound to, and makes the client id") {
  consent.accept(consentTo("https://research.example"), kMachine);
  CHECK(consent.current() == consentTo("https://research.example"));
  const auto identity = consent.identity(kMachine, kMorning);
  REQUIRE(identity);
  CHECK(identity->client.size() == 36);
}

TEST_CASE_METHOD(Fixture, "the same consent again is no new act; other terms are") {
  consent.accept(consentTo("https://research.example"), kMachine);
  consent.accept(consentTo("https://research.example", kMorning + std::chrono::hours(1)), kMachine);
  CHECK(consent.current()->time == kMorning);
  CHECK(number("SELECT COUNT(*) FROM consent") == 1);
  consent.accept(consentTo("https://other.example", kMorning + std::chrono::hours(2)), kMachine);
  CHECK(consent.current()->time == kMorning + std::chrono::hours(2));
  CHECK(number("SELECT COUNT(*) FROM consent") == 2);
}

TEST_CASE_METHOD(Fixture, "after withdrawal no consent is in force; accepting again keeps the client id") {
  consent.accept(consentTo("https://research.example"), kMachine);
  const auto client = consent.identity(kMachine, kMorning)->client;
  consent.withdraw(kMorning);
  CHECK_FALSE(consent.current());
  consent.withdraw(kMorning);
  CHECK(number("SELECT COUNT(*) FROM consent") == 2);
  consent.accept(consentTo("https://research.example", kMorning + std::chrono::hours(1)), kMachine);
  CHECK(consent.current());
  CHECK(consent.identity(kMachine, kMorning)->client == client);
}

TEST_CASE_METHOD(Fixture, "counts from before a consent are not reported under it") {
  auto store = monitor::Store::open(dir.path() / "store.sqlite").value();
  auto batch = batchAt(kMorning);
  batch.histograms = {samples("Engagement.ActiveTime", 1)};
  batch.losses = {{"queue.full", 1}};
  batch.coverage = {{20'833, 1, 1, 0, 0, 0, 0, 0}};
  store.write(batch);
  CHECK(number("SELECT count - reported FROM histogram") == 1);
  consent.accept(consentTo("https://research.example"), kMachine);
  CHECK(number("SELECT count - reported FROM histogram") == 0);
  CHECK(number("SELECT sum - reported FROM histogram_sum") == 0);
  for (const char* table : {"coverage", "loss"}) {
    CHECK(number("SELECT COUNT(*) FROM unreported_" + std::string(table)) == 0);
    CHECK(number("SELECT COUNT(*) FROM " + std::string(table)) == 1);
  }
}

TEST_CASE_METHOD(Fixture, "the token lies in a private file and is given for its origin only") {
  const monitor::Enrolment enrolment{"https://research.example", "exp-1", "Hoses", R"({"arm":"b"})",
                                     kMorning};
  CHECK_FALSE(consent.enrolment());
  consent.enrol(enrolment, "secret");
  CHECK(consent.enrolment() == enrolment);
  CHECK(consent.token("https://research.example").value() == "secret");
  CHECK_FALSE(consent.token("https://research.example:444").value());
  struct stat status {};
  REQUIRE(::stat((dir.path() / "token").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE_METHOD(Fixture,
                 "a cloned machine gets an id of its own and leaves the original's to the original") {
  consent.accept(consentTo("https://research.example"), kMachine);
  consent.enrol({"https://research.example", "exp-1", "Hoses", "{}", kMorning}, "secret");
  const auto client = consent.identity(kMachine, kMorning)->client;
  CHECK(consent.identity(kMachine, kMorning)->client == client);
  CHECK(consent.token("https://research.example").value());
  const auto cloned = consent.identity(kOtherMachine, kMorning);
  REQUIRE(cloned);
  CHECK(cloned->client != client);
  CHECK(consent.identity(kOtherMachine, kMorning)->client == cloned->client);
  CHECK_FALSE(consent.enrolment());
  CHECK_FALSE(consent.token("https://research.example").value());
}

TEST_CASE("the machine's id is not in its hash's text, and a line end makes no difference") {
  CHECK(kMachine == machineHash("0123456789abcdef0123456789abcdef"));
  CHECK(kMachine.find("0123456789abcdef") == std::string::npos);
  CHECK(kMachine != kOtherMachine);
}

TEST_CASE_METHOD(Fixture, "parameters and search words are terms of the act") {
  auto terms = consentTo("https://research.example");
  consent.accept(terms, kMachine);
  terms.words = "full";
  consent.accept(terms, kMachine);
  CHECK(consent.current() == terms);
  terms.parameters = "variant, arm";
  consent.accept(terms, kMachine);
  CHECK(consent.current() == terms);
  CHECK(number("SELECT COUNT(*) FROM consent_v3") == 3);
}

TEST_CASE_METHOD(Fixture, "a participant's act is their own") {
  auto first = consentTo("https://research.example"), second = first;
  first.participant = "P1";
  second.participant = "P2";
  second.level = "histograms only";
  consent.accept(first, kMachine);
  CHECK_FALSE(consent.current());
  CHECK_FALSE(consent.current("P2"));
  consent.accept(second, kMachine);
  CHECK(consent.current("P1") == first);
  CHECK(consent.current("P2") == second);
  CHECK(consent.inForce() == std::vector{first, second});
  consent.withdraw(kMorning, "P1");
  CHECK_FALSE(consent.current("P1"));
  CHECK(consent.current("P2") == second);
  CHECK(consent.inForce() == std::vector{second});
  Settings each;
  each.consentPerParticipant = true;
  REQUIRE(consent.reportTerms(each, kMorning).size() == 1);
  CHECK(consent.reportTerms(each, kMorning)[0].given == second);
  CHECK(consent.reportTerms({}, kMorning).empty());
}

TEST_CASE_METHOD(Fixture, "reports go by the acts of all participants that agreed to the same collector") {
  Settings each;
  each.consentPerParticipant = true;
  auto first = consentTo("https://other.example"), second = consentTo("https://research.example");
  first.participant = "P1";
  second.participant = "P2";
  auto third = second;
  third.participant = "P3";
  third.level = "visits by origin";
  for (const auto& act : {first, second, third}) consent.accept(act, kMachine);
  CHECK(consent.reportTerms(each, kMorning).size() == 3);
  consent.enrol({"https://research.example", "exp-1", "Hoses", "{}", kMorning}, "secret");
  const auto terms = consent.reportTerms(each, kMorning);
  REQUIRE(terms.size() == 2);
  CHECK(terms[0].given == second);
  CHECK(terms[1].given == third);
  CHECK(terms[0].inForce.urlDetail == each.urlDetail);
  CHECK(terms[1].inForce.level == Level::kOrigins);
}

TEST_CASE_METHOD(Fixture, "counts of a participant who withdraws or agrees to other terms are in no report") {
  auto first = consentTo("https://research.example"), second = first;
  first.participant = "P1";
  second.participant = "P2";
  const auto waiting = [&] { return number("SELECT COUNT(*) FROM histogram WHERE count <> reported"); };
  const auto count = [&] {
    auto batch = batchAt(kMorning);
    batch.histograms = {samples("Engagement.ActiveTime", 3)};
    monitor::Store::open(dir.path() / "store.sqlite").value().write(batch);
  };
  consent.accept(first, kMachine);
  count();
  consent.accept(second, kMachine);
  CHECK(waiting() == 1);  // there is nothing of P2's in it
  consent.withdraw(kMorning, "P1");
  CHECK(waiting() == 0);
  count();
  consent.withdraw(kMorning, "P1");
  CHECK(waiting() == 1);  // P1 had none in force
  second.words = "off";
  consent.accept(second, kMachine);
  CHECK(waiting() == 0);
}

TEST_CASE_METHOD(Fixture, "newer settings of the experiment take the place of those of the enrolment") {
  monitor::Enrolment enrolment{"https://research.example", "exp-1", "Hoses", "{}", kMorning};
  consent.enrol(enrolment, "secret");
  auto newer = enrolment;
  newer.settings = R"({"scope":{"level":"origins"}})";
  newer.revision = 2;
  consent.newerSettings(newer);
  CHECK(consent.enrolment() == newer);
  CHECK(consent.terms({}, {}, kMorning).asked.level == Level::kOrigins);
  consent.enrol(enrolment, "secret");
  CHECK(consent.enrolment() == enrolment);
}
