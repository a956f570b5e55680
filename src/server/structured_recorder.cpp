#include "server/structured_recorder.h"

#include "feedback/structured_output.h"

namespace falconet {
namespace {

class RecordingWriter final : public ResponseWriter {
 public:
  RecordingWriter(std::unique_ptr<ResponseWriter> writer, StructuredRequest request,
                  std::function<void(StructuredAnswer)> note)
      : writer_(std::move(writer)),
        request_(std::move(request)),
        note_(std::move(note)),
        choices_(static_cast<std::size_t>(request_.num_choices)) {}

  void collect(std::size_t prompt, const CompletionEvent& event) override {
    observe(event);
    writer_->collect(prompt, event);
  }
  Json whole() override { return writer_->whole(); }
  void append(std::size_t prompt, const CompletionEvent& event, std::string& out) override {
    observe(event);
    writer_->append(prompt, event, out);
  }
  void append_end(std::string& out) override { writer_->append_end(out); }

 private:
  struct Choice {
    std::string content = {};
    std::vector<ToolCallDelta> calls = {};  // whole
    std::string finish_reason = {};
  };

  void observe(const CompletionEvent& event) {
    if (const auto* delta = std::get_if<TextDelta>(&event)) {
      Choice& choice = choices_[static_cast<std::size_t>(delta->choice)];
      choice.content += delta->content;
      for (const ToolCallDelta& call : delta->tool_calls) {
        if (call.index == choice.calls.size()) {
          choice.calls.push_back({.index = call.index, .name = call.name});
        }
        choice.calls[call.index].arguments += call.arguments;
      }
    } else if (const auto* finished = std::get_if<ChoiceFinished>(&event)) {
      choices_[static_cast<std::size_t>(finished->choice)].finish_reason =
          finish_reason_name(finished->reason);
    } else if (const auto* end = std::get_if<CompletionFinished>(&event)) {
      for (const Choice& choice : choices_) note_choice(choice, end->usage);
    }
  }

  static Json message_of(const Choice& choice) {
    Json message = {{"content", choice.content}};
    for (const ToolCallDelta& call : choice.calls) {
      message["tool_calls"].push_back(
          {{"function", {{"name", call.name}, {"arguments", call.arguments}}}});
    }
    return message;
  }

  /// Tokens are counted over all choices, and shared out evenly.
  void note_choice(const Choice& choice, const Usage& usage) const {
    const auto outcome = structured_outcome(request_.body, message_of(choice));
    if (!outcome) return;
    const auto num_choices = static_cast<std::int64_t>(choices_.size());
    const std::int64_t reasoning = usage.num_reasoning_tokens / num_choices;
    const double seconds = usage.queue_seconds + usage.prefill_seconds + usage.decode_seconds;
    note_({.caller = request_.caller,
           .model = request_.model,
           .task = task(),
           .turn = turn(),
           .prompt_tokens = usage.num_prompt_tokens,
           .reasoning_tokens = reasoning,
           .answer_tokens = usage.num_completion_tokens / num_choices - reasoning,
           .finish_reason = choice.finish_reason,
           .total_ms = seconds * 1000,
           .outcome = std::string(structured_outcome_name(*outcome)),
           .is_constrained = request_.is_constrained});
  }

  std::string task() const {
    constexpr std::size_t kMaxTaskBytes = 100;
    const Json* metadata = find_member(request_.body, "metadata");
    if (metadata == nullptr) return {};
    return string_member(*metadata, "task").value_or("").substr(0, kMaxTaskBytes);
  }

  std::int64_t turn() const {
    std::int64_t count = 0;
    for (const Json& message : request_.body["messages"]) {
      count += string_member(message, "role") == "user" ? 1 : 0;
    }
    return std::max<std::int64_t>(1, count);
  }

  const std::unique_ptr<ResponseWriter> writer_;
  const StructuredRequest request_;
  const std::function<void(StructuredAnswer)> note_;
  std::vector<Choice> choices_;
};

}  // namespace

std::unique_ptr<ResponseWriter> recording_writer(std::unique_ptr<ResponseWriter> writer,
                                                 StructuredRequest request,
                                                 std::function<void(StructuredAnswer)> note) {
  return std::make_unique<RecordingWriter>(std::move(writer), std::move(request), std::move(note));
}

bool asks_for_structure(const Json& body) {
  const Json* tools = find_member(body, "tools");
  const Json* format = find_member(body, "response_format");
  const bool has_tools = tools != nullptr && tools->is_array() && !tools->empty();
  return has_tools ||
         (format != nullptr && string_member(*format, "type").value_or("text") != "text");
}

}  // namespace falconet
