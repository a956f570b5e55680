// falconet feedback import: logs and ratings of other systems as a study.
#pragma once

#include "cli/command_line.h"

namespace falconet {

/// Below `falconet feedback`.
void add_import_command(CommandParser& parser, CommandLine& parent);

}  // namespace falconet
