#include "tests/collector/child_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <system_error>

extern char** environ;

namespace dwell::test {
namespace {

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category(), "pipe2");
    reading = ends[0];
    writing = ends[1];
  }
  int reading, writing;
};

std::string readAll(int fd) {
  std::string all;
  char buffer[4'096];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count <= 0) return all;
    all.append(buffer, static_cast<std::size_t>(count));
  }
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& command) {
  const Pipe out, err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, out.writing, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.writing, STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : command) arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  const int error = ::posix_spawn(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(out.writing);
  ::close(err.writing);
  out_ = out.reading;
  err_ = err.reading;
  if (error != 0) throw std::system_error(error, std::generic_category(), command[0]);
}

ChildProcess::~ChildProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  ::close(out_);
  ::close(err_);
}

std::string ChildProcess::readLine() {
  std::string line;
  char c = 0;
  while (::read(out_, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

void ChildProcess::signal(int number) { ::kill(pid_, number); }

Finished ChildProcess::wait() {
  Finished finished;
  finished.out = readAll(out_);
  finished.err = readAll(err_);
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  if (WIFEXITED(status)) finished.exitCode = WEXITSTATUS(status);
  return finished;
}

Finished runProgram(const std::vector<std::string>& command) { return ChildProcess(command).wait(); }

}  // namespace dwell::test
