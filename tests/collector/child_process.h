#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace dwell::test {

struct Finished {
  int exitCode = -1;  ///< -1: ended by a signal
  std::string out, err;
};

/// A program under test. Killed, if it still runs, when this goes.
class ChildProcess {
 public:
  explicit ChildProcess(const std::vector<std::string>& command);
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next line of its output; what there is of it when the program ends.
  std::string readLine();
  void signal(int number);
  /// Reads its output to the end and waits for it.
  Finished wait();

 private:
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
};

/// Runs it to its end.
Finished runProgram(const std::vector<std::string>& command);

}  // namespace dwell::test
