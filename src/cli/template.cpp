// `falconet template`: a chat template's prompts, for checking against other renderers.
#include <array>
#include <chrono>
#include <memory>

#include "base/clock.h"
#include "base/file.h"
#include "chat/chat_template.h"
#include "cli/command_line.h"
#include "cli/json_lines.h"
#include "completion/prompt_renderer.h"

namespace falconet {
namespace {

// The largest published template has 60 KB.
constexpr std::size_t kMaxTemplateBytes = 16u << 20;

struct TemplateOptions {
  std::string path;
  std::string now;
};

/// "2025-07-26T12:34:56"
Result<std::chrono::sys_seconds> parse_time(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00";
  bool is_time = text.size() == kForm.size();
  std::array<int, 6> fields{};
  std::size_t field = 0;
  for (std::size_t i = 0; is_time && i < text.size(); ++i) {
    const bool is_digit = text[i] >= '0' && text[i] <= '9';
    is_time = kForm[i] == '0' ? is_digit : text[i] == kForm[i];
    if (is_digit) fields[field] = fields[field] * 10 + (text[i] - '0');
    if (!is_digit) ++field;
  }
  const std::chrono::year_month_day date(std::chrono::year(fields[0]),
                                         std::chrono::month(static_cast<unsigned>(fields[1])),
                                         std::chrono::day(static_cast<unsigned>(fields[2])));
  if (!is_time || !date.ok() || fields[3] > 23 || fields[4] > 59 || fields[5] > 59) {
    return error(ErrorCode::InvalidArgument,
                 "--now must be a time like 2025-07-26T12:34:56; found \"", text, "\"");
  }
  return std::chrono::sys_days(date) + std::chrono::hours(fields[3]) +
         std::chrono::minutes(fields[4]) + std::chrono::seconds(fields[5]);
}

/// What a template has to say against a context is an answer too, as is that it cannot be parsed.
Result<std::string> render_line(const Result<ChatTemplate>& chat_template,
                                std::chrono::sys_seconds now, const Json& context) {
  if (!context.is_object()) {
    return error(ErrorCode::InvalidArgument, "expected an object: {\"messages\": […], …}");
  }
  if (!chat_template) return to_text({{"error", chat_template.error().message}});
  const Result<std::string> text = chat_template->render(context, now);
  return text ? to_text({{"text", *text}}) : to_text({{"error", text.error().message}});
}

int run_template(const TemplateOptions& options, const Streams& io) {
  std::chrono::sys_seconds now = local_time(SystemClock().wall_time());
  if (!options.now.empty()) {
    const auto parsed = parse_time(options.now);
    if (!parsed) return report(parsed.error(), io);
    now = *parsed;
  }
  const auto source = read_file(options.path, kMaxTemplateBytes);
  if (!source) return report(source.error(), io);
  const Result<ChatTemplate> chat_template = ChatTemplate::parse(*source);
  return answer_json_lines(io,
                           [&](const Json& line) { return render_line(chat_template, now, line); });
}

}  // namespace

void add_template_command(CommandParser& parser) {
  auto options = std::make_shared<TemplateOptions>();
  CommandLine& command = parser.add(
      "template", "Check", "Render a chat template: JSON lines of contexts in, JSON lines out");
  command.option("--template", options->path, "A Jinja file").required().type_name("FILE");
  command.option("--now", options->now, "The time that the template sees (default: now)")
      .type_name("TIME");
  command.footer(
      "A context holds all that the template may ask for: messages, tools, bos_token,\n"
      "add_generation_prompt, …\n"
      "Example:\n"
      "  echo "
      "'{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"add_generation_prompt\":true}' "
      "|\n"
      "      falconet template --template chat.jinja --now 2025-07-26T12:34:56\n"
      "  {\"text\":\"<｜User｜>Hi<｜Assistant｜><think>\\n\"}\n"
      "What the template raises, or is wrong with it, is answered as {\"error\":…}. The exit code "
      "is\n"
      "1 if a line was no context.");
  command.runs([options](const Streams& io) { return run_template(*options, io); });
}

}  // namespace falconet
