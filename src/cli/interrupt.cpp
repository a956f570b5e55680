#include "cli/interrupt.h"

namespace falconet {
namespace {

// A signal handler can reach nothing but what is static.
volatile std::sig_atomic_t is_interrupted = 0;

extern "C" void note_interrupt(int) { is_interrupted = 1; }

}  // namespace

Interrupt::Interrupt() {
  is_interrupted = 0;
  struct sigaction action {};
  action.sa_handler = &note_interrupt;
  // No SA_RESTART, unlike std::signal: a read that waits for the person must end.
  ::sigaction(SIGINT, &action, &previous_);
}

Interrupt::~Interrupt() { ::sigaction(SIGINT, &previous_, nullptr); }

bool Interrupt::is_raised() const { return is_interrupted != 0; }

void Interrupt::clear() { is_interrupted = 0; }

}  // namespace falconet
