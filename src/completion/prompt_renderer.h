// Prompts to token ids: chat template, beginning-of-sequence rules, and where reasoning stands.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "chat/chat_template.h"
#include "chat/reasoning_parser.h"
#include "completion/completer.h"
#include "tokenizer/tokenizer.h"

namespace falconet {

class PromptRenderer {
 public:
  /// The tokenizer must outlive the renderer. Without a template, chats are refused.
  PromptRenderer(const Tokenizer& tokenizer, std::optional<ChatTemplate> chat_template);

  bool has_template() const { return template_.has_value(); }
  const std::string& template_source() const { return template_->source(); }

  struct Options {
    std::chrono::sys_seconds now{};  // local time, as strftime_now shows it
    bool is_thinking_off = false;    // asks the template for a prompt without reasoning
  };

  /// Errors: InvalidArgument (a template's own message as it is), Unsupported (no template).
  Result<Completer::RenderedPrompt> render(const Prompt& prompt, const Options& options) const;

  /// Whether the output that follows continues reasoning which the prompt began.
  static bool ends_in_reasoning(const Prompt& prompt, std::string_view text,
                                const ReasoningTags& tags);

 private:
  Result<std::string> render_chat(const ChatPrompt& chat, const Options& options) const;

  const Tokenizer& tokenizer_;
  std::optional<ChatTemplate> template_;
  std::string bos_text_;
  std::string eos_text_;
};

/// The clock's time in the process's time zone, as if it were UTC.
std::chrono::sys_seconds local_time(std::chrono::system_clock::time_point time);

}  // namespace falconet
