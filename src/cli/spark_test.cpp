// The bundled model on questions that its training never showed: not shapes, but real answers.
// The oracle is models/spark/held_out.json: the recipe's own test items with their true answers,
// and for each task the share that must be right, a little under what was measured.
#include <gtest/gtest.h>

#include <map>

#include "base/file.h"
#include "completion/local_model.h"
#include "feedback/answer_check.h"

namespace falconet {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(FALCONET_SOURCE_DIR) / "models" / "spark";

VisibleAnswer read_answer(CompletionStream& stream) {
  VisibleAnswer said;
  while (auto event = stream.next()) {
    EXPECT_TRUE(*event) << event->error().message;
    if (!*event) break;
    const auto* delta = std::get_if<TextDelta>(&**event);
    if (delta == nullptr) continue;
    said.content += delta->content;
    for (const ToolCallDelta& part : delta->tool_calls) {
      if (said.calls.size() <= part.index) said.calls.resize(part.index + 1);
      said.calls[part.index].name += part.name;
      said.calls[part.index].arguments += part.arguments;
    }
  }
  return said;
}

CompletionRequest request_of(const Json& item) {
  CompletionRequest request;
  request.prompt =
      ChatPrompt{.messages = item["messages"],
                 .tools = item["tools"].empty() ? Json() : item["tools"],
                 .template_kwargs = {{"enable_thinking", item["is_thinking"].get<bool>()}}};
  request.sampling.temperature = 0;
  request.stopping.max_tokens = 384;
  return request;
}

struct Score {
  int num_right = 0;
  int num_items = 0;
  std::string first_wrong;
};

TEST(Spark, AnswersWhatItsTrainingNeverShowed) {
  const Json held_out = parse_json(read_file(kFolder / "held_out.json", 64u << 20).value()).value();
  auto model = open_local_model(kFolder / "spark.gguf", {.max_num_seqs = 16});
  ASSERT_TRUE(model) << model.error().message;

  std::vector<std::unique_ptr<CompletionStream>> streams;
  for (const Json& item : held_out["items"]) {
    auto stream = (*model)->start(request_of(item));
    ASSERT_TRUE(stream) << stream.error().message;
    streams.push_back(*std::move(stream));
  }
  std::map<std::string, Score> scores;  // "word_problems_1_2 zh"
  for (std::size_t i = 0; i < streams.size(); ++i) {
    const Json& item = held_out["items"][i];
    const VisibleAnswer said = read_answer(*streams[i]);
    Score& score =
        scores[cat(item["family"].get<std::string>(), " ", item["language"].get<std::string>())];
    ++score.num_items;
    if (AnswerCheck::of(item["check"]).value().is_right(said)) {
      ++score.num_right;
    } else if (score.first_wrong.empty()) {
      score.first_wrong = cat(to_text(item["messages"].back()), " -> ", said.content,
                              said.calls.empty() ? "" : said.calls[0].arguments);
    }
  }
  for (const auto& [task, bar] : held_out["bars"].items()) {
    ASSERT_TRUE(scores.contains(task)) << task;
    const Score& score = scores[task];
    EXPECT_GE(score.num_right, bar.get<double>() * score.num_items)
        << task << ": " << score.num_right << " of " << score.num_items
        << " right; the first that is not: " << score.first_wrong;
  }
}

}  // namespace
}  // namespace falconet
