// Ctrl-C as a question that a running command asks, instead of the program's end.
#pragma once

#include <csignal>

namespace falconet {

/// While it lives, SIGINT only sets a flag and ends a read that waits (EINTR). They nest.
class Interrupt {
 public:
  Interrupt();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Whether Ctrl-C came since the last clear().
  bool is_raised() const;
  void clear();

 private:
  struct sigaction previous_ {};
};

}  // namespace falconet
