// libFuzzer: any bytes as a chat template, rendered for a conversation that has some of everything.
#include "base/check.h"
#include "base/json.h"
#include "chat/chat_template.h"

namespace {

// Little work, so that many inputs are tried; the depth is the one that users get, for the stack's
// sake.
constexpr falconet::RenderLimits kLimits{.max_steps = 20'000, .max_output_bytes = 1 << 16};

const falconet::Json& context() {
  static const falconet::Json json = falconet::Json::parse(R"({
    "messages": [
      {"role": "system", "content": "Be brief."},
      {"role": "user", "content": [{"type": "text", "text": "2 < 3 & \"x\"?"}]},
      {"role": "assistant", "content": null, "reasoning_content": "Hm.", "tool_calls": [
        {"type": "function", "function": {"name": "add", "arguments": {"a": 1, "b": [2.5, true]}}}]},
      {"role": "tool", "content": "3,5 \u00e9\ud83d\ude00\n"}],
    "tools": [{"type": "function", "function": {"name": "add", "parameters": {"type": "object"}}}],
    "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>"})");
  return json;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view source(reinterpret_cast<const char*>(data), size);
  const auto chat_template = falconet::ChatTemplate::parse(source);
  if (!chat_template) return 0;
  const auto text = chat_template->render(context(), {}, kLimits);
  CHECK(!text || text->size() <= kLimits.max_output_bytes, "a rendering over its limit");
  return 0;
}
