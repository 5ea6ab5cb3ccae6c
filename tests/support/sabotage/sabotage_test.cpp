#include "tests/support/sabotage/sabotage.h"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace {

using namespace dwell::schemas;
using dwell::monoTime;

TEST_CASE("with attention sabotaged each activated tab is the one before in its window") {
  const auto filter = dwell::tests::sabotageFromName("attention");
  REQUIRE(filter);
  std::string got;
  for (const auto* tab : {"1", "2", "3", "1"}) {
    Event event{monoTime(0), TabActivated{"b", tab, "w"}};
    (*filter)(event);
    got += std::get<TabActivated>(event.body).tab;
  }
  CHECK(got == "1123");
}

TEST_CASE("with a keystroke too many the first character of each run counts twice, nothing else does") {
  const auto filter = dwell::tests::sabotageFromName("keystroke");
  REQUIRE(filter);
  using enum KeyClass;
  std::vector<std::int64_t> counts;
  for (const auto key : {kShortcut, kCharacter, kModifier, kCharacter, kAccept, kCharacter}) {
    Event event{monoTime(0), Input{InputKind::kKey, key}};
    (*filter)(event);
    counts.push_back(std::get<Input>(event.body).count);
  }
  CHECK(counts == std::vector<std::int64_t>{1, 2, 1, 1, 1, 2});
}

TEST_CASE("there is no other sabotage") { CHECK_FALSE(dwell::tests::sabotageFromName("")); }

}  // namespace
