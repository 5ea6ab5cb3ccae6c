#include "uploader/environment.h"

#include <catch2/catch.hpp>

#include "tests/uploader/uploader_fixture.h"

using namespace dwell;
using namespace dwell::tests;

TEST_CASE("the system's name is read from os-release") {
  CHECK(uploader::systemName("NAME=\"Debian\"\nPRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\n") ==
        "Debian GNU/Linux 12 (bookworm)");
  CHECK(uploader::systemName("PRETTY_NAME=Plain\n") == "Plain");
  CHECK(uploader::systemName("") == "Linux");
}

TEST_CASE_METHOD(UploaderFixture, "browsers and input source are those that the agent noted") {
  store.noteBrowser("Chromium", "140", kMorning);
  store.noteBrowser("Chromium", "141", kMorning);
  monitor::Batch batch = batchAt(kMorning);
  batch.ended = {closedVisit(1), closedVisit(2)};
  batch.ended[1].inputSource = "x11";
  store.write(batch);
  const auto environment = uploader::readEnvironment(database);
  CHECK(environment.inputSource == "x11");
  REQUIRE(environment.browsers.size() == 2);
  CHECK(environment.browsers[1].version == "141");
  CHECK_FALSE(environment.os.empty());
  CHECK_FALSE(environment.agentVersion.empty());
  CHECK_FALSE(environment.timeZone.empty());
}
