#include "feedback/judging.h"

#include <set>

#include "store/judgements.h"

namespace falconet {
namespace {

// Reasons and values are some hundred tokens; a judge that thinks aloud gets as many again.
constexpr std::int64_t kMaxJudgeTokens = 2048;
constexpr const char* kJudgeKind = "model";

struct JudgedSample {
  Sample sample = {};
  std::vector<Rubric> rubrics = {};
  std::vector<SampleItem> items = {};  // that this judge has not coded yet
  std::int64_t num_coded_before = 0;
};

Result<JudgedSample> read_judged_sample(Transaction& transaction, const JudgingOrder& order) {
  JudgedSample out;
  TRY_ASSIGN(out.sample, find_sample(transaction, order.sample));
  TRY_ASSIGN(out.rubrics, rubrics_of_sample(transaction, out.sample));
  TRY_ASSIGN(out.items, items_of_sample(transaction, order.sample));
  TRY_ASSIGN(const auto judgements, list_judgements(transaction, order.sample));
  std::set<std::string> coded;
  for (const JudgementRow& row : judgements) {
    if (row.coder_kind == kJudgeKind && row.coder_name == order.coder) coded.insert(row.item.value);
  }
  out.num_coded_before = static_cast<std::int64_t>(coded.size());
  std::erase_if(out.items, [&](const SampleItem& item) { return coded.contains(item.id.value); });
  return out;
}

Result<std::string> answer_of_judge(const ModelWork& work, JudgeTask task) {
  CompletionRequest request{.prompt = ChatPrompt{.messages = std::move(task.messages)}};
  request.sampling.temperature = 0;
  request.sampling.seed = 1;
  request.stopping.max_tokens = kMaxJudgeTokens;
  request.grammar =
      OutputGrammar{.kind = OutputGrammar::Kind::JsonSchema, .schema = std::move(task.schema)};
  TRY_ASSIGN(const auto asked, AwaitedAnswer::ask(work, std::move(request)));
  TRY_ASSIGN(VisibleAnswer answer, asked->whole(work.stop));
  return std::move(answer.content);
}

Status judge_item(Store& store, const ModelWork& work, const JudgedSample& sample,
                  const SampleItem& item, const std::string& judge) {
  TRY_ASSIGN(const auto messages,
             store.read([&](Transaction& transaction) { return span_of_item(transaction, item); }));
  TRY_ASSIGN(const std::string answer,
             answer_of_judge(work, judge_task(sample.sample, sample.rubrics, messages)));
  TRY_ASSIGN(JudgedItem judged, judged_item(sample.sample, sample.rubrics, answer));
  return store.write([&](Transaction& transaction) -> Status {
    TRY_ASSIGN(const CoderId coder, coder_of_program(transaction, kJudgeKind, judge));
    return submit_program_coding(transaction, {.item = item.id,
                                               .coder = coder,
                                               .judgements = std::move(judged.judgements),
                                               .comment = judged.why});
  });
}

/// What the other server refuses, or cannot be reached for, it will be no better for the next item.
bool is_hopeless(const Error& problem) {
  return problem.code != ErrorCode::InvalidArgument && problem.code != ErrorCode::NotFound &&
         problem.code != ErrorCode::TooLarge && problem.code != ErrorCode::Corrupt;
}

}  // namespace

Result<JudgingOutcome> judge_sample(
    Store& store, const ModelWork& work, const JudgingOrder& order,
    const std::function<void(const SampleItemId&, const Error&)>& on_failure) {
  TRY_ASSIGN(const JudgedSample sample, store.read([&](Transaction& transaction) {
    return read_judged_sample(transaction, order);
  }));
  JudgingOutcome out{.title = sample.sample.title, .num_coded_before = sample.num_coded_before};
  std::string first_problem;
  for (const SampleItem& item : sample.items) {
    const Status judged = judge_item(store, work, sample, item, order.coder);
    if (!judged && is_hopeless(judged.error())) return judged.error();
    if (!judged && on_failure) on_failure(item.id, judged.error());
    if (!judged && first_problem.empty()) first_problem = judged.error().message;
    ++(judged ? out.num_coded : out.num_failed);
    work.tell(out.num_coded + out.num_failed, static_cast<std::int64_t>(sample.items.size()));
  }
  if (out.num_coded > 0 || out.num_failed == 0) return out;
  return error(ErrorCode::Corrupt, order.coder,
               " gave no answer that could be read; the first: ", first_problem);
}

Result<std::int64_t> num_left_to_judge(Transaction& transaction, const JudgingOrder& order) {
  TRY_ASSIGN(const JudgedSample sample, read_judged_sample(transaction, order));
  return static_cast<std::int64_t>(sample.items.size());
}

}  // namespace falconet
