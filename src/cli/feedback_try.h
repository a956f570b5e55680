// falconet feedback try: the same items under two settings, and whether the second is better.
#pragma once

#include "cli/command_line.h"

namespace falconet {

/// Below `falconet feedback`.
void add_try_command(CommandParser& parser, CommandLine& parent);

}  // namespace falconet
