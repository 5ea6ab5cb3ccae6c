#pragma once

#include "app/ctl/context.h"

namespace dwell::app {

/// What became of asking the collector to erase everything that this machine has sent.
struct OptOut {
  std::string collector;
  bool acknowledged = false;
  std::string detail;  ///< why it is not yet: dwell-upload goes on asking until it is
};

/// Leaves the request, leaves the experiment, and has dwell-upload ask at once. Nothing is sent to this
/// collector any more. Errors: not enrolled, a token that can't be used, dwell-upload can't be started.
Expected<OptOut> eraseCollected(const Context& context);

/// The same, for a person: a line or two.
std::string toText(const OptOut& outcome);
/// Adds `collector`, `erased_there` and `detail`.
void addTo(Json& document, const OptOut& outcome);

}  // namespace dwell::app
