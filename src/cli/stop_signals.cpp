#include "cli/stop_signals.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <utility>

namespace falconet {
namespace {

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

Result<StopSignals> StopSignals::create() {
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  const int signals = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  const int wakes = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  StopSignals result(signals, wakes);
  if (signals < 0 || wakes < 0) {
    return error(ErrorCode::Io, "cannot wait for signals: ", std::strerror(errno));
  }
  return result;
}

StopSignals::StopSignals(StopSignals&& other) noexcept
    : signals_(std::exchange(other.signals_, -1)), wakes_(std::exchange(other.wakes_, -1)) {}

StopSignals::~StopSignals() {
  if (signals_ < 0) return;  // moved from
  ::close(signals_);
  ::close(wakes_);
  const sigset_t set = stop_set();
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void StopSignals::wait() {
  std::array<pollfd, 2> ready{{{signals_, POLLIN, 0}, {wakes_, POLLIN, 0}}};
  while (::poll(ready.data(), ready.size(), -1) < 0 && errno == EINTR) {
  }
  // What woke us is taken, so that the next wait is for something new.
  signalfd_siginfo signal;
  std::uint64_t num_wakes = 0;
  (void)!::read(signals_, &signal, sizeof signal);
  (void)!::read(wakes_, &num_wakes, sizeof num_wakes);
}

void StopSignals::wake() {
  const std::uint64_t one = 1;
  (void)!::write(wakes_, &one, sizeof one);
}

}  // namespace falconet
