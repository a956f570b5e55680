// One line on a terminal that says what a long command is doing; nothing where no terminal is.
#pragma once

#include <iosfwd>
#include <string_view>

namespace falconet {

class ProgressLine {
 public:
  /// Shows itself only if `err` is the process's own stderr and that is a terminal.
  explicit ProgressLine(std::ostream& err);

  /// Erases the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// Replaces the line. It must hold one column a byte, and at most 79 of them are shown.
  void show(std::string_view text);

  void erase();

 private:
  std::ostream& err_;
  bool is_terminal_;
  bool is_shown_ = false;
};

}  // namespace falconet
