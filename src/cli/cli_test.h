// Runs the program inside a test: arguments and stdin in, stdout, stderr and the exit code out.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "cli/command.h"

namespace falconet {

struct CliRun {
  int exit_code = 0;
  std::string out;
  std::string err;
};

inline CliRun run_cli(const std::vector<std::string>& arguments, const std::string& input = "") {
  std::vector<const char*> argv = {"falconet"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int exit_code =
      run_falconet(static_cast<int>(argv.size()), argv.data(), Streams{in, out, err});
  return {exit_code, out.str(), err.str()};
}

}  // namespace falconet
