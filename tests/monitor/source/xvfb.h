#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <vector>

namespace dwell::tests {

/// An X server of its own on a display number of its choosing, ended with the object.
class Xvfb {
 public:
  /// `display`: of an earlier server, to be another one in its place.
  explicit Xvfb(const std::string& display = {}) {
    int number[2];
    if (pipe(number) != 0) throw std::runtime_error("pipe");
    process_ = fork();
    if (process_ == 0) {
      const int quiet = open("/dev/null", O_WRONLY);
      dup2(quiet, STDOUT_FILENO);
      dup2(quiet, STDERR_FILENO);
      dup2(number[1], 9);
      std::vector<const char*> arguments = {"Xvfb", "-displayfd", "9", "-nolisten",
                                            "tcp",  "-screen",    "0", "1200x850x24"};
      if (!display.empty()) arguments.insert(arguments.begin() + 1, display.c_str());
      arguments.push_back(nullptr);
      execvp("Xvfb", const_cast<char* const*>(arguments.data()));
      _exit(127);
    }
    close(number[1]);
    char letter = 0;
    while (read(number[0], &letter, 1) == 1 && letter != '\n') display_ += letter;
    close(number[0]);
    if (display_.empty()) throw std::runtime_error("Xvfb did not start (package xvfb)");
    display_.insert(0, ":");
  }
  ~Xvfb() { stop(); }
  Xvfb(const Xvfb&) = delete;
  Xvfb& operator=(const Xvfb&) = delete;

  void stop() {
    if (process_ <= 0) return;
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
    process_ = 0;
  }
  const std::string& display() const { return display_; }

 private:
  pid_t process_ = 0;
  std::string display_;
};

}  // namespace dwell::tests
