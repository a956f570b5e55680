// The server as a whole, for the commands that start one.
#pragma once

#include "cli/command.h"
#include "cli/serve_flags.h"

namespace falconet {

/// Serves until SIGINT or SIGTERM. Errors: those of plan_serve, find_model, Server::start and of
/// loading the model.
Status serve(const ServeFlags& flags, const Streams& io);

}  // namespace falconet
