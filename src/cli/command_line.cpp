#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <deque>
#include <ostream>

namespace falconet {
namespace {

// Wide enough for the longest option of `serve`, so that the descriptions stand in one column.
constexpr std::size_t kOptionColumn = 36;

}  // namespace

DeclaredOption DeclaredOption::required() const {
  option_->required();
  return *this;
}

DeclaredOption DeclaredOption::shows_default() const {
  option_->capture_default_str();
  return *this;
}

DeclaredOption DeclaredOption::type_name(const std::string& name) const {
  option_->type_name(name);
  return *this;
}

DeclaredOption DeclaredOption::group(const std::string& title) const {
  option_->group(title);
  return *this;
}

DeclaredOption DeclaredOption::between(int least, int most) const {
  option_->check(CLI::Range(least, most));
  return *this;
}

DeclaredOption DeclaredOption::separated_by(char delimiter) const {
  option_->delimiter(delimiter);
  return *this;
}

DeclaredOption DeclaredOption::needs(DeclaredOption other) const {
  option_->needs(other.option_);
  return *this;
}

DeclaredOption DeclaredOption::excludes(DeclaredOption other) const {
  option_->excludes(other.option_);
  return *this;
}

template <class T>
DeclaredOption CommandLine::option(const std::string& names, T& value, const std::string& help) {
  return DeclaredOption(app_.add_option(names, value, help));
}

template DeclaredOption CommandLine::option(const std::string&, int&, const std::string&);
template DeclaredOption CommandLine::option(const std::string&, double&, const std::string&);
template DeclaredOption CommandLine::option(const std::string&, std::size_t&, const std::string&);
template DeclaredOption CommandLine::option(const std::string&, std::string&, const std::string&);
template DeclaredOption CommandLine::option(const std::string&, std::optional<double>&,
                                            const std::string&);
template DeclaredOption CommandLine::option(const std::string&, std::optional<std::size_t>&,
                                            const std::string&);
template DeclaredOption CommandLine::option(const std::string&, std::vector<std::size_t>&,
                                            const std::string&);
template DeclaredOption CommandLine::option(const std::string&, std::vector<std::string>&,
                                            const std::string&);

DeclaredOption CommandLine::flag(const std::string& names, bool& value, const std::string& help) {
  return DeclaredOption(app_.add_flag(names, value, help));
}

DeclaredOption CommandLine::ignored_option(const std::string& name, std::function<void()> seen) {
  return DeclaredOption(app_.add_option_function<std::string>(
      name, [seen = std::move(seen)](const std::string&) { seen(); }));
}

DeclaredOption CommandLine::ignored_flag(const std::string& name, std::function<void()> seen) {
  return DeclaredOption(app_.add_flag_callback(name, std::move(seen)));
}

void CommandLine::footer(const std::string& text) { app_.footer(text); }

void CommandLine::alias(const std::string& name) { app_.alias(name); }

void CommandLine::requires_options(int least, int most) {
  app_.require_option(static_cast<std::size_t>(least), static_cast<std::size_t>(most));
}

void CommandLine::takes_extras(Judge judge) {
  app_.allow_extras();
  judge_ = std::move(judge);
}

void CommandLine::judge_extras() const {
  std::vector<std::string> names;
  for (const CLI::Option* option : app_.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  if (const auto mistake = judge_(app_.remaining(), names)) {
    throw CLI::ExtrasError(*mistake, CLI::ExitCodes::ExtrasError);
  }
}

void CommandLine::shows_defaults() {
  for (CLI::Option* option : app_.get_options()) {
    const bool is_shown = !option->get_group().empty() && option->get_name() != "--help";
    if (is_shown) option->capture_default_str();
  }
}

void CommandLine::runs(std::function<int(const Streams&)> run) {
  app_.callback([this, run = std::move(run)] {
    if (judge_) judge_extras();
    chosen_ = run;
  });
}

void CommandLine::runs(std::function<Status(const Streams&)> run) {
  runs([run = std::move(run)](const Streams& io) -> int {
    const Status status = run(io);
    return status ? kExitSuccess : report(status.error(), io);
  });
}

struct CommandParser::State {
  explicit State(const std::string& description) : app(description, "falconet") {}

  CLI::App app;
  std::function<int(const Streams&)> chosen;  // by the command line
  std::deque<CommandLine> commands;           // which callbacks refer to
};

CommandParser::CommandParser(const std::string& description, const std::string& version)
    : state_(std::make_unique<State>(description)) {
  CLI::App& app = state_->app;
  app.get_formatter()->column_width(kOptionColumn);
  app.set_version_flag("--version", version, "Print the version and exit");
  app.require_subcommand(1);
  app.footer("Every command has its own help: falconet COMMAND --help");
}

CommandParser::~CommandParser() = default;

CommandLine& CommandParser::add(const std::string& name, const std::string& group,
                                const std::string& help) {
  CLI::App* command = state_->app.add_subcommand(name, help);
  command->group(group);
  return state_->commands.emplace_back(CommandLine(*command, state_->chosen));
}

CommandLine& CommandParser::add_below(CommandLine& command, const std::string& name,
                                      const std::string& help) {
  command.app_.require_subcommand(1);
  CLI::App* below = command.app_.add_subcommand(name, help);
  return state_->commands.emplace_back(CommandLine(*below, state_->chosen));
}

int CommandParser::run(int argc, const char* const* argv, const Streams& io) {
  CLI::App& app = state_->app;
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& answer) {  // --help, --version
    app.exit(answer, io.out, io.err);
    return kExitSuccess;
  } catch (const CLI::ParseError& failure) {
    io.err << "error: " << failure.what() << '\n';
    const auto named = app.get_subcommands();
    io.err << "See: falconet " << (named.empty() ? "" : named.front()->get_name() + " ")
           << "--help\n";
    return kExitUsage;
  }
  return state_->chosen(io);
}

}  // namespace falconet
