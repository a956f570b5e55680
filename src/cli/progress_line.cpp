#include "cli/progress_line.h"

#include <ostream>

#include "cli/terminal.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxColumns = 79;
constexpr const char* kEraseLine = "\r\x1b[K";

}  // namespace

ProgressLine::ProgressLine(std::ostream& err) : err_(err), is_terminal_(is_terminal(err)) {}

ProgressLine::~ProgressLine() { erase(); }

void ProgressLine::show(std::string_view text) {
  if (!is_terminal_) return;
  err_ << kEraseLine << text.substr(0, kMaxColumns) << std::flush;
  is_shown_ = true;
}

void ProgressLine::erase() {
  if (is_shown_) err_ << kEraseLine << std::flush;
  is_shown_ = false;
}

}  // namespace falconet
