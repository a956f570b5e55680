// falconet run: a chat in the terminal, or one answer in a pipe.
#include <cstdlib>
#include <istream>
#include <iterator>
#include <memory>
#include <ostream>

#include "cli/chat_commands.h"
#include "cli/chat_session.h"
#include "cli/command_line.h"
#include "cli/line_editor.h"
#include "cli/model_argument.h"
#include "cli/terminal.h"
#include "completion/local_model.h"
#include "completion/named_parameters.h"
#include "hub/settings.h"

namespace falconet {
namespace {

struct Options {
  std::string model;
  std::vector<std::string> prompt;
  std::string system;
  std::vector<std::string> parameters;  // NAME=VALUE
  std::optional<std::size_t> max_model_len;
  int num_threads = 0;
  bool hides_reasoning = false;
  bool shows_speed = false;
  bool json = false;
};

Result<ChatSettings> chat_settings(const Options& options) {
  ChatSettings settings{.system = options.system,
                        .shows_reasoning = !options.hides_reasoning,
                        .shows_speed = options.shows_speed};
  for (const std::string& parameter : options.parameters) {
    const auto equals = parameter.find('=');
    if (equals == std::string::npos) {
      return error(ErrorCode::InvalidArgument, "--set ", parameter,
                   ": expected NAME=VALUE, like temperature=0.2");
    }
    TRY(set_named_parameter(settings.sampling, settings.stopping, parameter.substr(0, equals),
                            parameter.substr(equals + 1)));
  }
  return settings;
}

std::filesystem::path history_file() {
  return HubSettings::from_environment().models.parent_path() / "history";
}

Status say_once(ChatSession& session, const std::string& prompt, const Options& options,
                const Streams& io) {
  if (options.json) {
    TRY_ASSIGN(const ChatAnswer answer, session.answer_silently(prompt));
    io.out << to_text(chat_answer_json(answer)) << '\n';
    return {};
  }
  TRY_ASSIGN(const ChatAnswer answer, session.answer(prompt));
  if (session.settings().shows_speed) io.err << speed_text(answer.usage) << '\n';
  return {};
}

/// One message: a line, or several that end in a backslash.
std::optional<std::string> read_message(LineEditor& editor) {
  std::string message;
  for (const char* prompt = ">>> ";; prompt = "... ") {
    std::optional<std::string> line = editor.read_line(prompt);
    if (!line) return message.empty() ? std::nullopt : std::optional(message);
    const bool goes_on = line->ends_with('\\');
    if (goes_on) line->back() = '\n';
    message += *line;
    if (!goes_on) return message;
  }
}

void print_end(const ChatAnswer& answer, const ChatSettings& settings, const Streams& io) {
  const Style style = Style::of(io.out);
  io.out << style.dim;
  if (answer.reason == FinishReason::Cancelled) io.out << "(stopped)\n";
  if (answer.reason == FinishReason::Length) io.out << "(cut off: no tokens left)\n";
  if (answer.reason == FinishReason::Repetition) io.out << "(stopped: it repeats itself)\n";
  if (settings.shows_speed) io.out << speed_text(answer.usage) << '\n';
  io.out << style.reset << '\n' << std::flush;
}

Status chat(ChatSession& session, const std::string& name, const Streams& io) {
  const Style style = Style::of(io.out);
  io.out << style.bold << name << style.reset << style.dim
         << "  /help lists commands, Ctrl-D leaves" << style.reset << '\n'
         << std::flush;
  LineEditor editor(io, history_file());
  const Interrupt interrupt;  // Ctrl-C must not end the chat between prompt and answer either
  while (const std::optional<std::string> message = read_message(editor)) {
    const std::string_view text = trim(*message);
    if (text.empty()) continue;
    if (text.starts_with('/')) {
      if (run_chat_command(text, session, io) == AfterCommand::Leave) break;
      continue;
    }
    const Result<ChatAnswer> answer = session.answer(*message);
    if (answer) {
      print_end(*answer, session.settings(), io);
    } else {
      report(answer.error(), io);
    }
  }
  return {};
}

Status run_run(const Options& options, const Streams& io) {
  TRY_ASSIGN(ChatSettings settings, chat_settings(options));
  TRY_ASSIGN(const FoundModel found, find_model(options.model, io));
  TRY_ASSIGN(auto model, open_local_model(found.path, {.served_name = found.name,
                                                       .origin = found.origin,
                                                       .max_model_len = options.max_model_len,
                                                       .max_num_seqs = 1,
                                                       .num_threads = options.num_threads}));
  if (!model->describe().has_chat_template) {
    return error(ErrorCode::Unsupported, found.name,
                 " has no chat template, so it cannot chat; serve it and use /v1/completions");
  }
  ChatSession session(*model, std::move(settings), io);
  if (!options.prompt.empty()) return say_once(session, join(options.prompt, " "), options, io);
  if (is_terminal(io.in)) return chat(session, found.name, io);
  const std::string piped{std::istreambuf_iterator<char>(io.in), {}};
  if (trim(piped).empty()) {
    return error(ErrorCode::InvalidArgument,
                 "there is nothing to answer: name a prompt after the model, or pipe one in");
  }
  return say_once(session, std::string(trim(piped)), options, io);
}

}  // namespace

void add_run_command(CommandParser& parser) {
  auto options = std::make_shared<Options>();
  CommandLine& command = parser.add("run", "Use", "Chat in the terminal; answers a pipe too");
  command.footer(
      "falconet run MODEL              a chat; /help lists its commands\n"
      "falconet run MODEL 'a question' one answer\n"
      "falconet run MODEL <question.txt >answer.txt");
  command.option("model", options->model,
                 "A GGUF file, a Hugging Face folder, or a name to fetch (see pull)");
  command.option("prompt", options->prompt, "A question; without one, a chat");
  command.option("--system", options->system, "System message");
  command.option("--set", options->parameters, "temperature=0.2, max_tokens=100, …");
  command.option("--max-model-len", options->max_model_len,
                 "Tokens of the whole chat (default: the model's, as far as memory goes)");
  command.option("--threads", options->num_threads, "Worker threads (default: all CPUs)");
  command.flag("--hide-reasoning", options->hides_reasoning, "Show the answer alone");
  command.flag("--verbose,-v", options->shows_speed, "Show tokens per second");
  command.flag("--json", options->json, "The answer to one prompt as one JSON object");
  command.runs([options](const Streams& io) { return run_run(*options, io); });
}

}  // namespace falconet
