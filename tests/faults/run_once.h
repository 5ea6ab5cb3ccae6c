#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/faults/judge.h"
#include "tests/support/faulty_vfs.h"

namespace dwell::tests {

/// One run of the matrix.
struct RunPlan {
  std::vector<DiskFault> lives;  ///< the fault of the first life, the second, …; then none
  ClockSet clock;
};

struct RunResult {
  Verdict verdict;
  int deaths = 0;  ///< killed, power cut, or a program that could not start
  bool ended = false;
  bool met = false;                     ///< a fault came to pass
  std::int64_t changes = 0, calls = 0;  ///< of the last life
};

/// Copies `made` (makeFolders) to `work`, lives through the script under `plan` with each life in a process
/// of its own, and judges. The process that calls must have one thread.
RunResult runOnce(const RunFolders& made, const std::filesystem::path& work, const std::vector<Step>& steps,
                  const RunPlan& plan);

}  // namespace dwell::tests
