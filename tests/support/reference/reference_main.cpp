// reference-replay TRACE: what the slow second implementation makes of a trace, for comparing by eye or diff.

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <sstream>

#include "tests/support/reference/reference.h"

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: reference-replay TRACE\n");
    return 2;
  }
  std::ifstream file(argv[1]);
  if (!file) {
    std::fprintf(stderr, "reference-replay: cannot read %s\n", argv[1]);
    return 1;
  }
  std::ostringstream text;
  text << file.rdbuf();
  try {
    std::cout << dwell::tests::referenceReplayInOrder(text.str()).dump(2) << '\n';
  } catch (const std::exception& error) {
    std::fprintf(stderr, "reference-replay: %s\n", error.what());
    return 2;
  }
  return 0;
}
