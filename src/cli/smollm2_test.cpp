// A real instruction model from somewhere else, where the machine has it: that it answers sensibly
// shows that file, tokenizer, template and forward pass fit together as its makers meant them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "completion/local_model.h"

namespace falconet {
namespace {

struct Question {
  const char* text;
  std::vector<std::string> answers;  // in lower case, any of them
};

// What every child knows.
const std::vector<Question> kQuestions = {
    {"What is the capital of France?", {"paris"}},
    {"What is the capital of Italy?", {"rome"}},
    {"How many days are in a week?", {"7", "seven"}},
    {"What color is the sky on a clear day?", {"blue"}},
    {"What is the opposite of hot?", {"cold"}},
    {"Who wrote Romeo and Juliet?", {"shakespeare"}},
    {"Which language do most people in Spain speak?", {"spanish"}},
    {"What do bees make?", {"honey"}},
    {"How many legs does a spider have?", {"8", "eight"}},
    {"What is the chemical formula of water?", {"h2o", "h\u2082o"}},
    {"What is 2 + 2?", {"4", "four"}},
    {"Which planet do we live on?", {"earth"}},
};

CompletionRequest request_of(const Question& question) {
  CompletionRequest request;
  request.prompt =
      ChatPrompt{.messages = Json::array({{{"role", "user"}, {"content", question.text}}})};
  request.sampling.temperature = 0;
  request.stopping.max_tokens = 48;
  return request;
}

std::string read_content(CompletionStream& stream) {
  std::string content;
  while (auto event = stream.next()) {
    EXPECT_TRUE(*event) << event->error().message;
    if (!*event) break;
    if (const auto* delta = std::get_if<TextDelta>(&**event)) content += delta->content;
  }
  return content;
}

// The smallest of them in Q4_1 (135 M weights) has 6 of the 12 right, which is its own doing: of
// the capital of France llama.cpp hears the same from it. Babble has none right.
// $FALCONET_SMOLLM2 names a GGUF file of SmolLM2-Instruct; docs/correctness.md says where one is.
TEST(SmolLm2, AnswersSimpleQuestions) {
  const char* path = std::getenv("FALCONET_SMOLLM2");
  if (path == nullptr) {
    std::fprintf(stderr, "*** SKIPPED: FALCONET_SMOLLM2 names no SmolLM2-Instruct file ***\n");
    GTEST_SKIP();
  }
  const auto model = open_local_model(path, {.max_model_len = 256, .max_num_seqs = 16});
  ASSERT_TRUE(model) << model.error().message;
  std::vector<std::unique_ptr<CompletionStream>> streams;
  for (const Question& question : kQuestions) {
    auto stream = (*model)->start(request_of(question));
    ASSERT_TRUE(stream) << stream.error().message;
    streams.push_back(*std::move(stream));
  }
  std::size_t num_right = 0;
  std::string said;
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const std::string content = read_content(*streams[i]);
    said += cat(kQuestions[i].text, " -> ", content, "\n");
    const std::string lower = to_lower(content);
    num_right += std::ranges::any_of(kQuestions[i].answers, [&](const std::string& answer) {
      return lower.find(answer) != std::string::npos;
    });
  }
  EXPECT_GE(num_right * 3, kQuestions.size()) << num_right << " right:\n" << said;
}

}  // namespace
}  // namespace falconet
