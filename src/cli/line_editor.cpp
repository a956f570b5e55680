#include "cli/line_editor.h"

#include <histedit.h>

#include <cerrno>
#include <clocale>
#include <cstdio>
#include <istream>

#include "base/strings.h"
#include "cli/interrupt.h"
#include "cli/terminal.h"

namespace falconet {
namespace {

constexpr int kMaxHistory = 1000;

}  // namespace

struct LineEditor::Terminal {
  EditLine* editor = nullptr;
  History* history = nullptr;
  HistEvent event{};
  std::string prompt;

  // libedit asks for the prompt by a plain function.
  static char* prompt_of(EditLine* editor) {
    Terminal* terminal = nullptr;
    el_get(editor, EL_CLIENTDATA, &terminal);
    return terminal->prompt.data();
  }

  Terminal() {
    std::setlocale(LC_CTYPE, "C.UTF-8");  // what a character is, for the cursor's sake
    history = history_init();
    ::history(history, &event, H_SETSIZE, kMaxHistory);
    ::history(history, &event, H_SETUNIQUE, 1);
    editor = el_init("falconet", stdin, stdout, stderr);
    el_set(editor, EL_CLIENTDATA, this);
    el_set(editor, EL_PROMPT, &prompt_of);
    el_set(editor, EL_EDITOR, "emacs");
    el_set(editor, EL_HIST, &::history, history);
    el_set(editor, EL_SIGNAL, 0);  // Ctrl-C is ours
    el_source(editor, nullptr);    // the user's own ~/.editrc
  }

  ~Terminal() {
    el_end(editor);
    history_end(history);
  }
};

LineEditor::LineEditor(const Streams& io, std::filesystem::path history)
    : io_(io), history_path_(std::move(history)) {
  if (!is_terminal(io.in) || !is_terminal(io.out)) return;
  terminal_ = std::make_unique<Terminal>();
  if (history_path_.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(history_path_.parent_path(), ignored);
  ::history(terminal_->history, &terminal_->event, H_LOAD, history_path_.c_str());
}

LineEditor::~LineEditor() {
  if (terminal_ == nullptr || history_path_.empty()) return;
  ::history(terminal_->history, &terminal_->event, H_SAVE, history_path_.c_str());
}

std::optional<std::string> LineEditor::read_line(const std::string& prompt) {
  if (terminal_ == nullptr) {
    std::string line;
    if (!std::getline(io_.in, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  const Interrupt interrupt;
  terminal_->prompt = prompt;
  int length = 0;
  errno = 0;
  const char* typed = el_gets(terminal_->editor, &length);
  if (typed == nullptr || length <= 0) {
    std::fputc('\n', stdout);
    std::fflush(stdout);
    if (interrupt.is_raised() || errno == EINTR) return "";
    return std::nullopt;
  }
  std::string line(typed, static_cast<std::size_t>(length));
  if (line.ends_with('\n')) line.pop_back();
  if (!trim(line).empty()) {
    ::history(terminal_->history, &terminal_->event, H_ENTER, line.c_str());
  }
  return line;
}

}  // namespace falconet
