#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>

#include "cli/command.h"

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a reader that leaves is an error of the write, not our death
  std::ios::sync_with_stdio(false);
  try {
    return falconet::run_falconet(argc, argv, {std::cin, std::cout, std::cerr});
  } catch (const std::exception& failure) {
    std::fprintf(stderr, "error: %s\n", failure.what());
    return falconet::kExitFailure;
  }
}
