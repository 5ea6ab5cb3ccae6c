#pragma once

#include <string>

namespace dwell::app {

/// Takes from this process, its threads to come and its children, for good, what a program that sees the
/// keyboard must not have: core dumps and being looked into by other processes of the user, and every socket
/// but AF_UNIX (also by io_uring, which could make them without a system call of its own).
/// To be called before the X connection is opened and before threads start. Throws std::system_error: an
/// agent that is not confined must not run.
void confine();

/// What became of an attempt, just now, to make an internet socket in this process.
struct NetworkCheck {
  bool blocked = false;
  std::string reason;  ///< the system's words, or that a socket could be made
};
NetworkCheck checkNetwork();

}  // namespace dwell::app
