#pragma once

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string_view>

#include "base/error.h"

namespace dwell::app {

/// Asks the running agent through its control socket (schemas/control.schema.json); dwellctl and the window
/// use it. One connection a question: the agent's answers are short and rare. Threads: any; blocks up to 10 s
/// (a flush writes to disk), for an erasure up to 30 min (a year's store is rewritten).
class ControlClient {
 public:
  explicit ControlClient(std::filesystem::path socket) : socket_(std::move(socket)) {}

  /// `request` has a "command"; gives the answer's fields.
  /// Errors: no agent listens, it did not answer in time, or it refused (its own message).
  Expected<nlohmann::ordered_json> ask(const nlohmann::ordered_json& request) const;

  /// Takes a trace (the request `record`): `line` gets each line as it comes, without its end, and gives
  /// whether to go on. `stop` becoming readable asks the agent for the trace's end; what happened before
  /// still comes. Blocks until the agent has ended the trace. Errors: as of ask(), or a connection that
  /// broke.
  Expected<void> record(int stop, const std::function<bool(std::string_view line)>& line) const;

 private:
  std::filesystem::path socket_;
};

}  // namespace dwell::app
