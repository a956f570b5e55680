// `falconet feedback judge`: a model codes the items of a sample as one more coder.
#pragma once

#include "cli/command_line.h"

namespace falconet {

void add_judge_command(CommandParser& parser, CommandLine& parent);

}  // namespace falconet
