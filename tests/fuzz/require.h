#pragma once

#include <cstdio>
#include <cstdlib>

namespace dwell::fuzz {

/// What must hold for every input: says what did not, and ends the run, so that libFuzzer keeps the input.
inline void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken: %s\n", what);
  std::abort();
}

}  // namespace dwell::fuzz
