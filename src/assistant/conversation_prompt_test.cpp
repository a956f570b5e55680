#include "assistant/conversation_prompt.h"

#include <gtest/gtest.h>

#include "assistant/automatic_title.h"
#include "assistant/generation_parameters.h"
#include "completion/fake_completer.h"

namespace falconet {
namespace {

/// Messages with ids "0", "1", …: "u:…", "a:…" or "s:…" tells who speaks.
std::vector<Message> branch_of(const std::vector<std::string>& said) {
  std::vector<Message> branch;
  for (const std::string& text : said) {
    const char role = text.front();
    branch.push_back({.id = {cat(branch.size())},
                      .role = role == 'u'   ? "user"
                              : role == 'a' ? "assistant"
                                            : "system",
                      .content = text.substr(2)});
  }
  return branch;
}

class FitConversation : public testing::Test {
 protected:
  // Its template writes each message's content and a line's end, one token a byte.
  FakeCompleter completer{FakeCompleter::saying("")};

  ConversationPrompt fit(const std::vector<Message>& branch,
                         const ConversationPromptOptions& options = {}) {
    auto fitted = fit_conversation(completer, branch, options);
    EXPECT_TRUE(fitted) << (fitted ? "" : fitted.error().message);
    return fitted ? *std::move(fitted) : ConversationPrompt{};
  }
  static std::string shown(const ConversationPrompt& fitted) {
    std::string text;
    for (const Json& message : fitted.prompt.messages) {
      text += cat(string_member(message, "role").value().substr(0, 1), ":",
                  string_member(message, "content").value(), "|");
    }
    return text;
  }
};

TEST_F(FitConversation, SendsTheBranchWithItsSystemPrompt) {
  const ConversationPrompt fitted =
      fit(branch_of({"u:2+2?", "a:4", "u:Sure?"}), {.system = "Be brief."});
  EXPECT_EQ(shown(fitted), "s:Be brief.|u:2+2?|a:4|u:Sure?|");
  EXPECT_EQ(fitted.turn, 2);
  EXPECT_EQ(fitted.num_tokens, 23);
  EXPECT_TRUE(fitted.evicted_message_ids.empty());
  EXPECT_TRUE(fitted.prompt.add_generation_prompt);
}

TEST_F(FitConversation, NeverSendsEarlierReasoning) {
  std::vector<Message> branch = branch_of({"u:2+2?", "a:4", "u:Sure?"});
  branch[1].reasoning = "Two and two make four.";
  EXPECT_EQ(to_text(fit(branch).prompt.messages).find("make four"), std::string::npos);
}

TEST_F(FitConversation, PutsAttachmentsBeforeTheirMessage) {
  std::vector<Message> branch = branch_of({"u:Sum it up."});
  branch[0].attachments = {{"a.txt", "one"}, {"b.txt", "two"}};
  EXPECT_EQ(shown(fit(branch)),
            "u:[file name]: a.txt\n[file content begin]\none\n[file content end]\n"
            "[file name]: b.txt\n[file content begin]\ntwo\n[file content end]\nSum it up.|");
}

TEST_F(FitConversation, JoinsWhatOneSideSaidInARow) {
  EXPECT_EQ(
      shown(fit(branch_of({"s:one", "u:a", "a: ", "u:b", "s:two", "u:c"}), {.system = "zero"})),
      "s:zero\n\none\n\ntwo|u:a\n\nb\n\nc|");
}

TEST_F(FitConversation, LeavesOutTheFewestOldTurnsThatMakeRoom) {
  completer.description.max_model_len = 400;  // 300 for the prompt, 100 for the answer
  std::vector<std::string> said;
  for (int turn = 0; turn < 10; ++turn) {
    said.push_back(cat("u:", std::string(29, 'q')));
    said.push_back(cat("a:", std::string(29, 'a')));
  }
  said.push_back("u:" + std::string(29, 'z'));
  // 630 tokens of messages and 20 of the system prompt are 350 too many: six turns of 60.
  const ConversationPrompt fitted = fit(branch_of(said), {.system = std::string(19, 's')});
  EXPECT_EQ(fitted.num_tokens, 290);
  ASSERT_EQ(fitted.evicted_message_ids.size(), 12u);
  EXPECT_EQ(fitted.evicted_message_ids.front().value, "0");
  EXPECT_EQ(fitted.evicted_message_ids.back().value, "11");
  EXPECT_TRUE(shown(fitted).starts_with("s:sss"));
  EXPECT_EQ(fitted.turn, 11);
}

// The search by halves finds what trying every number of turns finds.
TEST_F(FitConversation, AgreesWithTryingEveryNumberOfTurns) {
  for (std::int64_t context = 50; context <= 700; context += 7) {
    completer.description.max_model_len = context;
    std::vector<std::string> said;
    for (std::size_t turn = 0; turn < 9; ++turn) {
      said.push_back(cat("u:", std::string(3 + turn * 7 % 31, 'q')));
      said.push_back(cat("a:", std::string(5 + turn * 11 % 53, 'a')));
    }
    said.pop_back();
    const std::int64_t room = context - std::min<std::int64_t>(1024, context / 4);
    std::size_t expected = 0;  // turns left out
    const auto tokens_without = [&](std::size_t num_turns) {
      std::int64_t num_tokens = 0;
      for (std::size_t i = 2 * num_turns; i < said.size(); ++i) {
        num_tokens += static_cast<std::int64_t>(said[i].size()) - 1;
      }
      return num_tokens;
    };
    while (expected < 8 && tokens_without(expected) > room) ++expected;
    const ConversationPrompt fitted = fit(branch_of(said));
    EXPECT_EQ(fitted.evicted_message_ids.size(), 2 * expected) << "context " << context;
    EXPECT_EQ(fitted.num_tokens, tokens_without(expected)) << "context " << context;
  }
}

TEST_F(FitConversation, TheLastMessageMayTakeTheRoomOfTheAnswer) {
  completer.description.max_model_len = 100;
  const ConversationPrompt fitted = fit(branch_of({"u:old", "a:old", "u:" + std::string(98, 'x')}));
  EXPECT_EQ(fitted.num_tokens, 99);
  EXPECT_EQ(fitted.evicted_message_ids.size(), 2u);
}

TEST_F(FitConversation, SaysBothNumbersIfTheLastMessageAloneIsTooLong) {
  completer.description.max_model_len = 100;
  const auto fitted =
      fit_conversation(completer, branch_of({"u:old", "a:old", "u:" + std::string(99, 'x')}), {});
  ASSERT_FALSE(fitted);
  EXPECT_EQ(fitted.error().code, ErrorCode::TooLarge);
  EXPECT_NE(fitted.error().message.find("100 tokens and the model's context has 100"),
            std::string::npos)
      << fitted.error().message;
}

TEST_F(FitConversation, GoesOnWithAnAnswerOrItsReasoning) {
  std::vector<Message> branch = branch_of({"u:Count", "a:1 2"});
  branch[1].reasoning = "They want numbers.";
  ConversationPrompt fitted = fit(branch, {.continues_last = true});
  EXPECT_EQ(shown(fitted), "u:Count|a:1 2|");
  EXPECT_TRUE(fitted.prompt.continue_final_message);
  EXPECT_FALSE(fitted.prompt.add_generation_prompt);
  branch[1].content = "";
  EXPECT_EQ(shown(fit(branch, {.continues_last = true})), "u:Count|a:<think>\nThey want numbers.|");
  branch[1].reasoning = "";
  fitted = fit(branch, {.continues_last = true});
  EXPECT_EQ(shown(fitted), "u:Count|");
  EXPECT_TRUE(fitted.prompt.add_generation_prompt) << "nothing to go on with: an answer like any";
}

TEST_F(FitConversation, NeedsSomethingToAnswer) {
  EXPECT_FALSE(fit_conversation(completer, branch_of({"s:Be brief."}), {}));
  EXPECT_FALSE(fit_conversation(completer, branch_of({"a:Hello!"}), {}));
}

TEST_F(FitConversation, TellsTheTemplateWhenThereIsToBeNoReasoning) {
  EXPECT_EQ(fit(branch_of({"u:Hi"}), {.is_thinking_off = true}).prompt.template_kwargs,
            (Json{{"enable_thinking", false}}));
}

TEST(GenerationParameters, AreReadWithTheirTypes) {
  const auto read = read_generation_parameters({{"temperature", 0},
                                                {"top_k", 40},
                                                {"max_tokens", 512},
                                                {"thinking_budget", nullptr},
                                                {"system", "Be kind."},
                                                {"colour", "red"}});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->sampling.temperature, 0.0);
  EXPECT_EQ(read->sampling.top_k, 40);
  EXPECT_EQ(read->stopping.max_tokens, 512);
  EXPECT_FALSE(read->stopping.thinking_budget);
  EXPECT_EQ(read->system, "Be kind.");
  for (const Json& wrong : {Json{{"temperature", "hot"}}, Json{{"top_k", 1.5}}, Json{{"system", 5}},
                            Json("text"), Json{{"seed", true}}}) {
    EXPECT_FALSE(read_generation_parameters(wrong)) << wrong;
  }
  EXPECT_EQ(merged_parameters({{"a", 1}, {"b", 2}}, {{"b", nullptr}, {"c", 3}}),
            (Json{{"a", 1}, {"c", 3}}));
}

std::string title_of(const std::string& content) { return automatic_title(branch_of({content})); }

TEST(AutomaticTitle, IsTheFirstLineCutAtAWord) {
  EXPECT_EQ(title_of("u:How do I prune a tree?\nIt is old."), "How do I prune a tree?");
  EXPECT_EQ(title_of("u:\n\n## Plan\nmore"), "Plan");
  EXPECT_EQ(title_of("u:Explain the difference between processes and threads"),
            "Explain the difference between processes…");
  EXPECT_EQ(title_of("u:" + std::string(100, 'x')), std::string(40, 'x') + "…");
  EXPECT_EQ(title_of("u:请用简单的话解释一下量子计算机是怎么工作的以及为什么很难"),
            "请用简单的话解释一下量子计算机是怎么工作…");
  EXPECT_EQ(title_of("a:Hello"), "");
  std::vector<Message> with_file = branch_of({"u: "});
  with_file[0].attachments = {{"report.pdf", "text"}};
  EXPECT_EQ(automatic_title(with_file), "report.pdf");
}

}  // namespace
}  // namespace falconet
