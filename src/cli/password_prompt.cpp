#include "cli/password_prompt.h"

#include <termios.h>
#include <unistd.h>

#include <istream>
#include <ostream>

#include "base/strings.h"
#include "cli/terminal.h"

namespace falconet {
namespace {

/// The terminal does not show what is typed as long as this lives.
class HiddenTyping {
 public:
  HiddenTyping() {
    is_hidden_ = ::tcgetattr(STDIN_FILENO, &before_) == 0;
    if (!is_hidden_) return;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    is_hidden_ = ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
  }
  ~HiddenTyping() {
    if (is_hidden_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }
  HiddenTyping(const HiddenTyping&) = delete;
  HiddenTyping& operator=(const HiddenTyping&) = delete;

 private:
  termios before_{};
  bool is_hidden_ = false;
};

std::string ask(const char* question, const Streams& io) {
  io.err << question << std::flush;
  std::string line;
  {
    const HiddenTyping hidden;
    std::getline(io.in, line);
  }
  io.err << '\n';
  return line;
}

}  // namespace

Result<std::string> read_password(PasswordSource source, const Streams& io) {
  if (source == PasswordSource::Pipe) {
    std::string line;
    std::getline(io.in, line);
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) return line;
    return error(ErrorCode::InvalidArgument, "there is no password on the standard input");
  }
  if (!is_terminal(io.in)) {
    return error(ErrorCode::InvalidArgument,
                 "there is no terminal to ask for the password on; write it into a pipe and give "
                 "--password-stdin");
  }
  std::string password = ask("Password: ", io);
  if (password == ask("Again: ", io)) return password;
  return error(ErrorCode::InvalidArgument, "these were two different passwords");
}

}  // namespace falconet
