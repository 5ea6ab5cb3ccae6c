#include "app/window/models/consent_gate.h"

#include <catch2/catch.hpp>
#include <fstream>

#include "monitor/store/consent_store.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::app;

namespace {

constexpr WallTime kNow = wallTime(1'800'000'000'000);

Paths pathsIn(const std::filesystem::path& folder) {
  return {folder / "data", folder / "run", folder / "config.toml"};
}

}  // namespace

TEST_CASE("On a fresh machine there is something to agree to, and asking writes nothing") {
  const tests::TempDir temp;
  const ConsentGate gate(pathsIn(temp.path()), Settings{});
  const auto question = gate.question(kNow);
  REQUIRE(question);
  REQUIRE(*question);
  CHECK_FALSE((*question)->changed);
  CHECK_FALSE(std::filesystem::exists(temp.path() / "data"));
}

TEST_CASE("After agreeing nothing is asked, until the settings ask for more") {
  const tests::TempDir temp;
  const Paths paths = pathsIn(temp.path());
  const ConsentGate gate(paths, Settings{});
  REQUIRE(gate.accept((**gate.question(kNow)).needed, kNow));
  CHECK_FALSE(gate.question(kNow)->has_value());
  const auto store = monitor::ConsentStore::open(paths.dataDir);
  REQUIRE(store->current());
  CHECK(store->current()->time == kNow);

  Settings wider;
  wider.urlDetail = UrlDetail::kFull;
  const auto question = ConsentGate(paths, wider).question(kNow);
  REQUIRE(question);
  REQUIRE(*question);
  CHECK((*question)->changed);
}

TEST_CASE("A store that can't be read is an error that names it") {
  const tests::TempDir temp;
  const Paths paths = pathsIn(temp.path());
  std::filesystem::create_directories(paths.dataDir);
  std::ofstream(paths.store()) << std::string(8192, 'x');
  const auto question = ConsentGate(paths, Settings{}).question(kNow);
  REQUIRE_FALSE(question);
  CHECK(question.error().message().find(paths.store().string()) != std::string::npos);
}
