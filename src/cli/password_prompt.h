// Passwords from a person or a pipe, never from the command line, which other people can see.
#pragma once

#include <string>

#include "base/result.h"
#include "cli/command.h"

namespace falconet {

enum class PasswordSource {
  Person,  // asked twice on the terminal, without showing what is typed
  Pipe,    // the first line of the standard input
};

/// Errors: InvalidArgument (no terminal to ask on, two different passwords, an empty pipe).
Result<std::string> read_password(PasswordSource source, const Streams& io);

}  // namespace falconet
