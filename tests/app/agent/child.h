#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace dwell::tests {

/// A program with pipes for its standard input, output and errors; ended with the object.
class Child {
 public:
  Child(const std::string& program, std::vector<std::string> arguments,
        const std::map<std::string, std::string>& environment = {}) {
    int in[2], out[2], err[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
      throw std::runtime_error("pipe");
    process_ = fork();
    if (process_ == 0) {
      dup2(in[0], STDIN_FILENO);
      dup2(out[1], STDOUT_FILENO);
      dup2(err[1], STDERR_FILENO);
      // The leak check of the sanitizer preset needs ptrace, which dwell-agent denies.
      setenv("ASAN_OPTIONS", "detect_leaks=0", 1);
      for (const auto& [name, value] : environment) setenv(name.c_str(), value.c_str(), 1);
      std::vector<char*> argv = {const_cast<char*>(program.c_str())};
      for (auto& argument : arguments) argv.push_back(argument.data());
      argv.push_back(nullptr);
      execv(program.c_str(), argv.data());
      _exit(127);
    }
    close(in[0]);
    close(out[1]);
    close(err[1]);
    in_ = in[1];
    out_ = out[0];
    err_ = err[0];
  }
  ~Child() {
    if (process_ > 0) kill(process_, SIGKILL);
    wait();
    for (const int fd : {in_, out_, err_})
      if (fd >= 0) close(fd);
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return process_; }
  int out() const { return out_; }

  void write(const std::string& bytes) const {
    for (std::size_t put = 0; put < bytes.size();) {
      const ssize_t some = ::write(in_, bytes.data() + put, bytes.size() - put);
      if (some <= 0) throw std::runtime_error("the program does not read its input any more");
      put += static_cast<std::size_t>(some);
    }
  }
  void closeInput() {
    close(in_);
    in_ = -1;
  }
  /// Up to the end of a line, without it; what there is at the end of the output.
  std::string line() const {
    std::string text;
    char letter = 0;
    while (read(out_, &letter, 1) == 1 && letter != '\n') text += letter;
    return text;
  }
  std::string errors() const { return rest(err_); }
  std::string output() const { return rest(out_); }

  /// Waits for its end; the exit code, or minus the signal.
  int wait() {
    if (process_ <= 0) return code_;
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
    code_ = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    return code_;
  }
  int end(int signal) {
    kill(process_, signal);
    return wait();
  }

 private:
  static std::string rest(int fd) {
    std::string text;
    char piece[4096];
    for (ssize_t got; (got = read(fd, piece, sizeof piece)) > 0;)
      text.append(piece, static_cast<std::size_t>(got));
    return text;
  }

  pid_t process_ = 0;
  int in_ = -1, out_ = -1, err_ = -1;
  int code_ = 0;
};

}  // namespace dwell::tests
