#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <string>

namespace dwell::tests {

/// An X server of its own on a display number of its choosing, ended with the object.
class Xvfb {
 public:
  Xvfb() {
    int number[2];
    if (pipe(number) != 0) throw std::runtime_error("pipe");
    process_ = fork();
    if (process_ == 0) {
      const int quiet = open("/dev/null", O_WRONLY);
      dup2(quiet, STDOUT_FILENO);
      dup2(quiet, STDERR_FILENO);
      dup2(number[1], 9);
      execlp("Xvfb", "Xvfb", "-displayfd", "9", "-nolisten", "tcp", "-screen", "0", "1200x850x24", nullptr);
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
