// A line from the person at the terminal: with editing and history there, plain from a pipe.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "cli/command.h"

namespace falconet {

class LineEditor {
 public:
  /// `history` keeps the lines between runs; an empty path keeps none.
  LineEditor(const Streams& io, std::filesystem::path history);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  /// Without its line end; nothing when the input has ended. Ctrl-C gives an empty line.
  std::optional<std::string> read_line(const std::string& prompt);

 private:
  struct Terminal;

  const Streams& io_;
  std::filesystem::path history_path_;
  std::unique_ptr<Terminal> terminal_;  // null where the input is no terminal
};

}  // namespace falconet
