#include "monitor/store/erased_rows.h"

#include <SQLiteCpp/Statement.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>

#include "base/database.h"
#include "monitor/store/store_schema.h"
#include "tests/support/temp_dir.h"

using namespace dwell;
using namespace dwell::tests;

TEST_CASE("every table is either measured or known to stay when everything is erased") {
  const std::set<std::string> stay = {
      "access_type",         "exit_reason", "tab_opening", "agent_state",    "report",
      "upload_state",        "consent",     "identity",    "upload_attempt", "enrolment",
      "experiment_settings", "link_region"};
  const auto& measured = monitor::measuredTables();
  TempDir dir;
  const auto database = openDatabase(dir.path() / "s.sqlite", monitor::storeSchema()).value();
  SQLite::Statement table(database,
                          "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'");
  std::size_t tables = 0;
  for (; table.executeStep(); ++tables) {
    const std::string name = table.getColumn(0).getString();
    INFO(name);
    CHECK(std::count(measured.begin(), measured.end(), name) + static_cast<long>(stay.count(name)) == 1);
  }
  CHECK(tables == measured.size() + stay.size());
}
