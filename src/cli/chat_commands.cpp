#include "cli/chat_commands.h"

#include <array>
#include <fstream>
#include <ostream>

#include "cli/terminal.h"
#include "completion/named_parameters.h"

namespace falconet {
namespace {

struct Context {
  ChatSession& session;
  const Streams& io;
};

using Run = AfterCommand (*)(std::string_view argument, const Context& context);

struct Command {
  std::string_view name;
  std::string_view argument;
  std::string_view help;
  Run run;
};

AfterCommand say(const Context& context, const std::string& text) {
  const Style style = Style::of(context.io.out);
  context.io.out << style.dim << text << style.reset << '\n' << std::flush;
  return AfterCommand::GoOn;
}

AfterCommand complain(const Context& context, const std::string& text) {
  context.io.err << "error: " << text << '\n';
  return AfterCommand::GoOn;
}

AfterCommand help(std::string_view argument, const Context& context);

AfterCommand clear(std::string_view, const Context& context) {
  context.session.clear();
  return say(context, "a new conversation");
}

AfterCommand system(std::string_view argument, const Context& context) {
  context.session.settings().system = argument;
  return say(context, argument.empty() ? "no system message" : "the system message is set");
}

AfterCommand set(std::string_view argument, const Context& context) {
  const auto space = argument.find(' ');
  if (space == std::string_view::npos) {
    return complain(context, "expected a name and a value: /set temperature 0.2");
  }
  const std::string_view name = argument.substr(0, space);
  const std::string_view value = trim(argument.substr(space));
  ChatSettings& settings = context.session.settings();
  const Status status = set_named_parameter(settings.sampling, settings.stopping, name, value);
  return status ? say(context, cat(name, " is ", value))
                : complain(context, status.error().message);
}

AfterCommand think(std::string_view argument, const Context& context) {
  auto& budget = context.session.settings().stopping.thinking_budget;
  if (argument == "on") {
    budget.reset();
  } else if (argument == "off") {
    budget = 0;
  } else if (const auto tokens = parse_number<std::int64_t>(argument); tokens && *tokens >= 0) {
    budget = *tokens;
  } else {
    return complain(context, "expected on, off, or a number of tokens");
  }
  return say(context, cat("thinking: ", argument));
}

AfterCommand speed(std::string_view, const Context& context) {
  bool& shows = context.session.settings().shows_speed;
  shows = !shows;
  return say(context, shows ? "speed is shown after each answer" : "speed is not shown");
}

AfterCommand reasoning(std::string_view, const Context& context) {
  bool& shows = context.session.settings().shows_reasoning;
  shows = !shows;
  return say(context, shows ? "reasoning is shown" : "reasoning is hidden");
}

AfterCommand save(std::string_view argument, const Context& context) {
  if (argument.empty()) return complain(context, "expected a file name: /save chat.json");
  std::ofstream file{std::string(argument)};
  file << context.session.messages().dump(2) << '\n';
  file.close();
  if (!file) return complain(context, cat("cannot write ", argument));
  return say(context, cat("saved ", context.session.messages().size(), " messages in ", argument));
}

AfterCommand leave(std::string_view, const Context&) { return AfterCommand::Leave; }

constexpr std::array kCommands = {
    Command{"/help", "", "this list", help},
    Command{"/clear", "", "begin a new conversation", clear},
    Command{"/system", "TEXT", "set the system message", system},
    Command{"/set", "NAME VALUE", "temperature, top_p, max_tokens, seed, …", set},
    Command{"/think", "on|off|TOKENS", "how much the model may reason", think},
    Command{"/reasoning", "", "show or hide the reasoning", reasoning},
    Command{"/speed", "", "show or hide tokens per second", speed},
    Command{"/save", "FILE", "write the conversation as JSON", save},
    Command{"/exit", "", "leave (Ctrl-D too)", leave},
};

AfterCommand help(std::string_view, const Context& context) {
  std::string text;
  for (const Command& command : kCommands) {
    std::string usage = cat(command.name, " ", command.argument);
    usage.resize(22, ' ');
    text += cat(usage, command.help, "\n");
  }
  return say(context, text + "Ctrl-C stops an answer. Lines that end in \\ go on.");
}

}  // namespace

AfterCommand run_chat_command(std::string_view line, ChatSession& session, const Streams& io) {
  const std::string_view name = line.substr(0, line.find(' '));
  const std::string_view argument = trim(line.substr(name.size()));
  const Context context{session, io};
  if (name == "/bye" || name == "/quit") return AfterCommand::Leave;  // Ollama's and our habits
  for (const Command& command : kCommands) {
    if (command.name == name) return command.run(argument, context);
  }
  return complain(context, cat("there is no command ", name, "; /help lists them"));
}

}  // namespace falconet
