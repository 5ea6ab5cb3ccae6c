/// dwell-agent-sabotaged: dwell-agent from the same sources, wrong on purpose in the way that the environment
/// variable DWELL_SABOTAGE names. Takes the place of dwell-agent in the test that the demo fails then.
#include <cstdlib>
#include <iostream>

#include "app/agent/run.h"
#include "tests/support/sabotage/sabotage.h"

int main(int argc, char** argv) {
  const char* name = std::getenv("DWELL_SABOTAGE");
  auto filter = dwell::tests::sabotageFromName(name != nullptr ? name : "");
  if (!filter) {
    std::cerr << "dwell-agent-sabotaged: DWELL_SABOTAGE must be attention or keystroke\n";
    return 2;
  }
  return dwell::app::runAgent(argc, argv, std::move(*filter));
}
