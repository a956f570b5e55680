// The command line's parser behind a door of our own: CLI11 costs a file that reads it ten seconds
// of compiling, so one file reads it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/command.h"

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace falconet {

/// An option that was declared, to say more about it. A handle: copy it freely while the parser
/// lives.
class DeclaredOption {
 public:
  explicit DeclaredOption(CLI::Option* option) : option_(option) {}

  DeclaredOption required() const;
  DeclaredOption shows_default() const;
  DeclaredOption type_name(const std::string& name) const;
  DeclaredOption group(const std::string& title) const;  // "": not in the help
  DeclaredOption between(int least, int most) const;
  DeclaredOption separated_by(char delimiter) const;
  DeclaredOption needs(DeclaredOption other) const;
  DeclaredOption excludes(DeclaredOption other) const;

 private:
  CLI::Option* option_;
};

/// One subcommand's part of the command line.
class CommandLine {
 public:
  /// Names: "-m,--model", or a word without dashes for an argument by position. The value is
  /// written where it is found, so it must outlive the parser. For the types listed in
  /// command_line.cpp.
  template <class T>
  DeclaredOption option(const std::string& names, T& value, const std::string& help);

  DeclaredOption flag(const std::string& names, bool& value, const std::string& help);

  /// Calls `seen` when the option is given, whatever its value.
  DeclaredOption ignored_option(const std::string& name, std::function<void()> seen);
  DeclaredOption ignored_flag(const std::string& name, std::function<void()> seen);

  void footer(const std::string& text);
  void alias(const std::string& name);
  void requires_options(int least, int most);

  /// Words that no option takes go to `judge`, with the names of all options; what it returns is
  /// wrong with them.
  using Judge = std::function<std::optional<std::string>(const std::vector<std::string>& words,
                                                         const std::vector<std::string>& names)>;
  void takes_extras(Judge judge);

  /// Every visible option shows its default.
  void shows_defaults();

  /// What the command does; a Status that failed is reported.
  void runs(std::function<int(const Streams&)> run);
  void runs(std::function<Status(const Streams&)> run);

 private:
  friend class CommandParser;
  CommandLine(CLI::App& app, std::function<int(const Streams&)>& chosen)
      : app_(app), chosen_(chosen) {}

  void judge_extras() const;

  CLI::App& app_;
  std::function<int(const Streams&)>& chosen_;
  Judge judge_;
};

/// The whole program's command line.
class CommandParser {
 public:
  CommandParser(const std::string& description, const std::string& version);
  ~CommandParser();

  /// Declares a subcommand; `group` is its heading in the help.
  CommandLine& add(const std::string& name, const std::string& group, const std::string& help);

  /// Declares a command of a command: "user add". One of them must be named.
  CommandLine& add_below(CommandLine& command, const std::string& name, const std::string& help);

  /// Runs what the command line names; help, versions and mistakes are answered here.
  int run(int argc, const char* const* argv, const Streams& io);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace falconet
