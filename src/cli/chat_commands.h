// The lines of a terminal chat that begin with a slash.
#pragma once

#include <string_view>

#include "cli/chat_session.h"

namespace falconet {

enum class AfterCommand { GoOn, Leave };

/// Runs "/set temperature 0.2" and the like; problems are said on io.err and change nothing.
AfterCommand run_chat_command(std::string_view line, ChatSession& session, const Streams& io);

}  // namespace falconet
