// The program's log: every line of base/log.h goes through spdlog to stderr.
#pragma once

#include "base/log.h"

namespace falconet {

/// Lines below `level` are dropped. Call before other threads start.
void install_log_sink(LogLevel level);

}  // namespace falconet
