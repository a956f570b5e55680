#include "chat/chat_template.h"

#include "chat/jinja/evaluator.h"
#include "chat/jinja/json_value.h"
#include "chat/jinja/parser.h"

namespace falconet {

struct ChatTemplate::Program {
  std::string source;
  jinja::Template tree;
};

ChatTemplate::ChatTemplate(std::unique_ptr<Program> program) : program_(std::move(program)) {}
ChatTemplate::ChatTemplate(ChatTemplate&&) noexcept = default;
ChatTemplate& ChatTemplate::operator=(ChatTemplate&&) noexcept = default;
ChatTemplate::~ChatTemplate() = default;

Result<ChatTemplate> ChatTemplate::parse(std::string_view source) {
  TRY_ASSIGN(jinja::Template tree, jinja::parse_template(source));
  return ChatTemplate(std::make_unique<Program>(Program{std::string(source), std::move(tree)}));
}

Result<std::string> ChatTemplate::render(const Json& context, std::chrono::sys_seconds now,
                                         const RenderLimits& limits) const {
  if (!context.is_object()) {
    return error(ErrorCode::InvalidArgument, "the context of a template must be a JSON object");
  }
  TRY_ASSIGN(const jinja::Value variables, jinja::from_json(context, limits));
  jinja::Runtime runtime(limits, now);
  return jinja::Evaluator(program_->tree, runtime, variables.dict()).run();
}

const std::string& ChatTemplate::source() const { return program_->source; }

}  // namespace falconet
