#pragma once

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <vector>

#include "base/time.h"
#include "tests/faults/ledger.h"
#include "tests/faults/script.h"

namespace dwell::tests {

/// The clock of the test machine or the research server is set at a step of the script.
struct ClockSet {
  std::size_t at = 0;  ///< step
  Millis machine{}, collector{};
};

/// Where a run lies: `machine` is a data folder with consent and enrolment, `collector` a collector's.
struct RunFolders {
  explicit RunFolders(const std::filesystem::path& root)
      : machine(root / "machine"), collector(root / "collector"), ledger(root / "ledger") {}
  std::filesystem::path machine, collector, ledger;
};

/// Makes both: one experiment, one machine that gave consent and is enrolled.
void makeFolders(const RunFolders& folders);

/// Lives through the script from `progress` on: the agent's pipeline and store lane, dwell-upload's run, the
/// collector's routes and spool, all as they are but for clocks, sockets and processes. Keeps `progress` at
/// the step it is in. What a life before it knew is told anew, as the browsers would. Ends in order, and two
/// days later sends what is left. Throws what keeps a program from starting.
void live(const RunFolders& folders, const std::vector<Step>& steps, std::atomic<std::size_t>& progress,
          const ClockSet& clock);

}  // namespace dwell::tests
