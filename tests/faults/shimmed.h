#pragma once

#include <filesystem>
#include <fstream>
#include <map>
#include <string>

namespace dwell::tests {

/// What a program is started with so that the disk under `under` breaks as it is told (disk_shim.cpp).
class Shim {
 public:
  /// `modeFile`: beside, not under `under`.
  Shim(const std::filesystem::path& under, std::filesystem::path modeFile) : modeFile_(std::move(modeFile)) {
    environment_ = {{"LD_PRELOAD", DWELL_SHIM}, {"DWELL_SHIM_UNDER", under}, {"DWELL_SHIM_MODE", modeFile_}};
    say(' ');
  }
  void full() const { say('F'); }
  void readOnly() const { say('R'); }
  void well() const { say(' '); }

  std::map<std::string, std::string> environment() const { return environment_; }
  /// The same, and the program is killed at its `change`-th change.
  std::map<std::string, std::string> killedAt(int change) const {
    auto environment = environment_;
    environment["DWELL_SHIM_KILL_AT"] = std::to_string(change);
    return environment;
  }

 private:
  void say(char letter) const { std::ofstream(modeFile_) << letter; }

  std::filesystem::path modeFile_;
  std::map<std::string, std::string> environment_;
};

}  // namespace dwell::tests
