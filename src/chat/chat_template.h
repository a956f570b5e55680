// Chat templates: the Jinja programs that model files carry, run with bounds on their work.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "chat/render_limits.h"

namespace falconet {

/// Parsed once, rendered from any thread.
class ChatTemplate {
 public:
  /// Errors: InvalidArgument with line number, for anything that is not Jinja as jinja2 3.1 reads
  /// it (trim_blocks, lstrip_blocks, loop controls, {% generation %}).
  static Result<ChatTemplate> parse(std::string_view source);

  ChatTemplate(ChatTemplate&&) noexcept;
  ChatTemplate& operator=(ChatTemplate&&) noexcept;
  ~ChatTemplate();

  /// `context` is an object: messages, tools, add_generation_prompt, bos_token, … `now` is what
  /// strftime_now sees (local time fields are taken as they are, without a zone).
  /// Errors: InvalidArgument with line number, but for raise_exception exactly the template's
  /// message; TooLarge over the limits.
  Result<std::string> render(const Json& context, std::chrono::sys_seconds now,
                             const RenderLimits& limits = {}) const;

  const std::string& source() const;

 private:
  struct Program;
  explicit ChatTemplate(std::unique_ptr<Program> program);
  std::unique_ptr<Program> program_;
};

}  // namespace falconet
