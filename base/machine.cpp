#include "base/machine.h"

#include <unistd.h>

#include <fstream>

namespace dwell {

std::string readMachineId() {
  for (const char* file : {"/etc/machine-id", "/var/lib/dbus/machine-id"}) {
    std::string id;
    if (std::ifstream(file) >> id) return id;
  }
  char name[256] = {};
  return gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

}  // namespace dwell
