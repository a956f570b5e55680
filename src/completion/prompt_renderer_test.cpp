#include "completion/prompt_renderer.h"

#include <gtest/gtest.h>

#include "base/file.h"
#include "base/testdata.h"
#include "completion/test_tokenizer.h"

namespace falconet {
namespace {

constexpr std::size_t kMaxFileBytes = 64 << 20;

TEST(PromptRenderer, WritesADeepSeekR1ChatAsItsMakersDo) {
  const auto folder = test_data("tokenizer/deepseek-r1-distill-qwen");
  if (!folder) GTEST_SKIP();
  const Json config =
      parse_json(read_file(*folder / "tokenizer_config.json", kMaxFileBytes).value()).value();
  const Tokenizer tokenizer =
      Tokenizer::from_huggingface(read_file(*folder / "tokenizer.json", kMaxFileBytes).value(),
                                  config)
          .value();
  const PromptRenderer renderer(
      tokenizer, ChatTemplate::parse(config["chat_template"].get<std::string>()).value());
  const Prompt prompt = ChatPrompt{.messages = parse_json(R"([
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "1+1?"},
        {"role": "assistant", "content": "<think>\nEasy.\n</think>\n\n2"},
        {"role": "user", "content": [{"type": "text", "text": "And 2+2?"}]}])")
                                                   .value()};
  const auto rendered = renderer.render(prompt, {});
  ASSERT_TRUE(rendered) << rendered.error().message;
  EXPECT_EQ(rendered->text,
            "<｜begin▁of▁sentence｜>Be brief.<｜User｜>1+1?<｜Assistant｜>\n\n2"
            "<｜end▁of▁sentence｜><｜User｜>And 2+2?<｜Assistant｜><think>\n");
  // The tokenizer would add BOS to plain text; the template's own is the only one here.
  EXPECT_EQ(rendered->ids.front(), TokenId{151646});
  EXPECT_EQ(std::ranges::count(rendered->ids, TokenId{151646}), 1);
  EXPECT_EQ(renderer.render(TextPrompt{"1+1?"}, {})->ids.front(), TokenId{151646});
  EXPECT_TRUE(PromptRenderer::ends_in_reasoning(prompt, rendered->text, {}));
}

TEST(PromptRenderer, KnowsWhetherAContinuedAnswerIsStillReasoning) {
  const auto is_inside = [](const char* content) {
    const Prompt prompt = ChatPrompt{.messages = {{{"role", "user"}, {"content", "<think>?"}},
                                                  {{"role", "assistant"}, {"content", content}}},
                                     .add_generation_prompt = false,
                                     .continue_final_message = true};
    return PromptRenderer::ends_in_reasoning(prompt, content, {});
  };
  EXPECT_TRUE(is_inside("<think>\nso far"));
  EXPECT_FALSE(is_inside("<think>\nall\n</think>\n\nThe"));
  EXPECT_FALSE(is_inside("The"));
}

TEST(PromptRenderer, GivesCallArgumentsInTheFormThatTheTemplateWrites) {
  const Tokenizer tokenizer = test_tokens::byte_tokenizer();
  const Prompt prompt = ChatPrompt{.messages = parse_json(R"([{"role": "assistant", "content": "",
      "tool_calls": [{"function": {"name": "f", "arguments": "{\"x\": 1}"}}]}])")
                                                   .value()};
  const auto text = [&](const char* source) {
    const PromptRenderer renderer(tokenizer, ChatTemplate::parse(source).value());
    return renderer.render(prompt, {}).value().text;
  };
  EXPECT_EQ(text("{% for c in messages[0].tool_calls %}{{ c.function.arguments | tojson }}"
                 "{% endfor %}"),
            R"({"x": 1})");
  EXPECT_EQ(text("{% for c in messages[0].tool_calls %}{{ c.function.arguments }}{% endfor %}"),
            R"({"x": 1})");
}

TEST(PromptRenderer, PassesOnWhatTheTemplateAsksFor) {
  const Tokenizer tokenizer = test_tokens::byte_tokenizer();
  const PromptRenderer renderer(
      tokenizer,
      ChatTemplate::parse("{{ strftime_now('%Y-%m-%d') }} {{ mood }} {{ enable_thinking }}"
                          "{{ raise_exception('no tools here') if tools }}")
          .value());
  ChatPrompt chat{.messages = {{{"role", "user"}, {"content", "x"}}},
                  .template_kwargs = {{"mood", "calm"}}};
  const PromptRenderer::Options options{
      .now = std::chrono::sys_days(std::chrono::year_month_day(
          std::chrono::year(2026), std::chrono::month(2), std::chrono::day(3))),
      .is_thinking_off = true};
  EXPECT_EQ(renderer.render(chat, options)->text, "2026-02-03 calm False");
  chat.tools = {{{"type", "function"}}};
  EXPECT_EQ(renderer.render(chat, options).error().message, "no tools here");
  // A template that would leave the tools out in silence is given them as a message.
  chat.chat_template = "{{ messages | length }} {{ messages[0].role }}, {{ messages[1].content }}!";
  EXPECT_EQ(renderer.render(chat, options)->text, "2 system, x!");
  chat.tools = nullptr;
  chat.chat_template = "{{ messages[0].content }}!";
  EXPECT_EQ(renderer.render(chat, options)->text, "x!");
  chat.chat_template = "{% if %}";
  EXPECT_TRUE(renderer.render(chat, options).error().message.starts_with("chat_template"));
}

}  // namespace
}  // namespace falconet
