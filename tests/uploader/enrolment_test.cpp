#include "uploader/enrolment.h"

#include <catch2/catch.hpp>

#include "tests/support/fake_transport.h"

using namespace dwell;
using namespace dwell::tests;
using uploader::enrol;

namespace {

const std::string kOrigin = "https://research.example";

}  // namespace

TEST_CASE("a code gets the token and the experiment; nothing else is told") {
  FakeTransport transport;
  transport.answer = [](const auto&) {
    return FakeTransport::status(
        200, R"({"token":"t0","experiment":{"id":"exp-1","name":"Hoses","settings":{"include":["x"]}}})");
  };
  const auto answer = enrol(transport, kOrigin, "AB-\"12");
  REQUIRE(answer);
  CHECK(answer->token == "t0");
  CHECK(answer->experiment == "exp-1");
  CHECK(answer->name == "Hoses");
  CHECK(answer->settings == R"({"include":["x"]})");
  REQUIRE(transport.requests.size() == 1);
  CHECK(transport.requests[0].url == kOrigin + "/v1/enrol");
  CHECK(transport.requests[0].body == R"({"code":"AB-\"12"})");
  CHECK(transport.requests[0].header("Content-Type") == "application/json");
}

TEST_CASE("what goes wrong says what to do next") {
  FakeTransport transport;
  const auto fault = [&](const FakeTransport::Answer& answer) {
    transport.answer = [&](const auto&) { return answer; };
    const auto result = enrol(transport, kOrigin, "code");
    REQUIRE(!result);
    return result.error().message();
  };
  CHECK(fault(FakeTransport::noAnswer("Could not connect")) ==
        kOrigin + ": Could not connect (expected a collector that runs and can be reached from here)");
  CHECK(fault(FakeTransport::status(403)) == kOrigin +
                                                 ": the collector does not know this code (expected the code "
                                                 "that `dwell-collector experiment create` "
                                                 "printed)");
  CHECK(fault(FakeTransport::status(503)) ==
        kOrigin + ": the collector is busy (expected another try in a minute)");
  CHECK(fault(FakeTransport::status(302)) == kOrigin + ": the collector answered 302 (expected 200)");
}

TEST_CASE("an answer that is no enrolment is refused") {
  FakeTransport transport;
  for (const char* body : {"", "<html>", "[]", "null", "{}", R"({"token":"t","experiment":[]})",
                           R"({"token":"t","experiment":null})",
                           R"({"token":"","experiment":{"id":"e","name":"n","settings":{}}})",
                           R"({"token":"a\r\nX-Evil: 1","experiment":{"id":"e","name":"n","settings":{}}})",
                           R"({"token":1,"experiment":{"id":"e","name":"n","settings":{}}})",
                           R"({"token":"t","experiment":{"id":"e","name":"n","settings":3}})",
                           R"({"token":"t","experiment":{"id":"e","name":"n"}})"}) {
    CAPTURE(body);
    transport.answer = [&](const auto&) { return FakeTransport::status(200, body); };
    CHECK(enrol(transport, kOrigin, "code").error().what == "the answer is no enrolment");
  }
}
