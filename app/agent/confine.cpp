#include "app/agent/confine.h"

#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace dwell::app {
namespace {

void check(int result, const char* what) {
  // libseccomp returns the negative errno.
  if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

}  // namespace

void confine() {
  const rlimit none{0, 0};
  if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0)
    throw std::system_error(errno, std::generic_category(), "switching core dumps off");

  const std::unique_ptr<void, decltype(&seccomp_release)> filter(seccomp_init(SCMP_ACT_ALLOW),
                                                                 &seccomp_release);
  if (!filter) throw std::system_error(ENOMEM, std::generic_category(), "seccomp");
  for (const int call : {SCMP_SYS(socket), SCMP_SYS(socketpair)})
    check(
        seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EAFNOSUPPORT), call, 1, SCMP_A0(SCMP_CMP_NE, AF_UNIX)),
        "seccomp: sockets");
  for (const int call : {SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register)})
    check(seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0), "seccomp: io_uring");
  check(seccomp_load(filter.get()), "seccomp: the kernel refused the filter");
}

NetworkCheck checkNetwork() {
  const int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (made < 0) return {true, std::strerror(errno)};
  close(made);
  return {false, "an internet socket could be made"};
}

}  // namespace dwell::app
