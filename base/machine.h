#pragma once

#include <string>

namespace dwell {

/// What the system calls this machine: /etc/machine-id (or D-Bus's older file), else the host name. It is
/// only ever hashed: a cloned disk is recognised by it.
std::string readMachineId();

}  // namespace dwell
