// falconet feedback export: what a server's users said and did, as files.
#pragma once

#include "cli/command_line.h"

namespace falconet {

/// Below `falconet feedback`.
void add_export_command(CommandParser& parser, CommandLine& parent);

}  // namespace falconet
