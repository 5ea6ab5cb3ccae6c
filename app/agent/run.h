#pragma once

#include "app/agent/pipeline.h"

namespace dwell::app {

/// dwell-agent's main: reads the command line and the configuration, starts the launcher, confines itself,
/// takes the data folder's lock and serves until SIGTERM or SIGINT. `filter` as in Pipeline.
/// Returns the exit code: 0, 1 (it can't run here), 2 (bad command line or configuration).
int runAgent(int argc, char** argv, EventFilter filter);

}  // namespace dwell::app
