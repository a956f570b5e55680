#include "cli/interrupt.h"

#include <csignal>

namespace falconet {
namespace {

// A signal handler can reach nothing but what is static.
volatile std::sig_atomic_t is_interrupted = 0;

extern "C" void note_interrupt(int) { is_interrupted = 1; }

}  // namespace

Interrupt::Interrupt() {
  is_interrupted = 0;
  previous_ = std::signal(SIGINT, &note_interrupt);
}

Interrupt::~Interrupt() { std::signal(SIGINT, previous_); }

bool Interrupt::is_raised() const { return is_interrupted != 0; }

void Interrupt::clear() { is_interrupted = 0; }

}  // namespace falconet
