#pragma once

#include <string>
#include <vector>

#include "app/ctl/context.h"

namespace dwell::app {

/// The command line of the dwell-upload beside this dwellctl, for the same folders, at a person's asking.
std::vector<std::string> uploadCommand(const Context& context);

}  // namespace dwell::app
