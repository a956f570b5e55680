#include "feedback/questionnaire_templates.h"

#include <array>

#include "base/check.h"
#include "base/strings.h"
#include "feedback/issue_category.h"

namespace falconet {
namespace {

// @problems and @strengths stand for lists of the categories.
constexpr std::string_view kModelStudy = R"json({
  "title": {"en": "Your experience with the model", "zh": "您使用模型的体验"},
  "intro": {
    "en": "About five minutes. There are no wrong answers; what bothers you helps most.",
    "zh": "约需五分钟。答案没有对错，您遇到的不便对我们帮助最大。"},
  "questions": [
    {"id": "use", "type": "multiple", "required": true,
     "text": {"en": "What did you use the model for?", "zh": "您用模型做过什么？"},
     "choices": [
       {"id": "mathematics", "text": {"en": "Mathematics", "zh": "数学"}},
       {"id": "code", "text": {"en": "Code", "zh": "编程"}},
       {"id": "summaries", "text": {"en": "Summaries of long texts", "zh": "长文本摘要"}},
       {"id": "structured", "text": {"en": "JSON or function calls", "zh": "JSON 或函数调用"}},
       {"id": "writing", "text": {"en": "Writing and rewriting", "zh": "写作与改写"}},
       {"id": "talk", "text": {"en": "Conversation over many turns", "zh": "多轮对话"}},
       {"id": "something_else", "text": {"en": "Something else", "zh": "其他"}}]},
    {"id": "satisfied", "type": "csat", "required": true,
     "text": {"en": "How satisfied are you with its answers, all in all?",
              "zh": "总体而言，您对模型的回答满意吗？"}},
    {"id": "strengths", "type": "multiple",
     "text": {"en": "What was it good at?", "zh": "模型在哪些方面表现好？"},
     "choices": [@strengths]},
    {"id": "liked_most", "type": "long_text",
     "text": {"en": "What did you like most?", "zh": "您最满意的是什么？"}},
    {"id": "problems", "type": "multiple",
     "text": {"en": "Which problems did you meet?", "zh": "您遇到过哪些问题？"},
     "help": {"en": "Choose all that you met yourself.", "zh": "请选出您亲自遇到过的所有问题。"},
     "choices": [@problems]},
    {"id": "tokens", "type": "number", "least": 100, "most": 1000000,
     "show_if": {"question": "problems", "contains": "long_text"},
     "text": {"en": "From about how many characters on did long texts go wrong?",
              "zh": "长文本大约超过多少字之后开始出问题？"}},
    {"id": "turns", "type": "number", "least": 1, "most": 200,
     "show_if": {"question": "problems", "contains": "memory"},
     "text": {"en": "After about how many turns did it forget?",
              "zh": "大约多少轮之后模型开始遗忘？"}},
    {"id": "worst", "type": "long_text",
     "text": {"en": "Describe the worst problem, and what would have helped.",
              "zh": "请描述最严重的问题，以及您希望的改进。"}},
    {"id": "recommend", "type": "nps", "required": true,
     "text": {"en": "How likely are you to recommend it to a colleague?",
              "zh": "您有多大可能向同事推荐它？"},
     "least_label": {"en": "not at all", "zh": "完全不会"},
     "most_label": {"en": "certainly", "zh": "一定会"}}
  ]})json";

constexpr std::string_view kSus = R"json({
  "title": {"en": "How usable is it?", "zh": "好用吗？"},
  "intro": {
    "en": "Ten statements. Say for each how far you agree; your first thought is the right one.",
    "zh": "共十句话。请选出您对每句话的同意程度，凭第一感觉即可。"},
  "questions": [
    {"id": "sus", "type": "sus", "required": true,
     "text": {"en": "How far do you agree?", "zh": "您在多大程度上同意？"}}
  ]})json";

constexpr std::string_view kNps = R"json({
  "title": {"en": "Would you recommend it?", "zh": "您会推荐它吗？"},
  "questions": [
    {"id": "recommend", "type": "nps", "required": true,
     "text": {"en": "How likely are you to recommend it to a colleague?",
              "zh": "您有多大可能向同事推荐它？"},
     "least_label": {"en": "not at all", "zh": "完全不会"},
     "most_label": {"en": "certainly", "zh": "一定会"}},
    {"id": "why", "type": "long_text", "show_if": {"question": "recommend", "at_most": 6},
     "text": {"en": "What would have to change?", "zh": "需要改变什么？"}},
    {"id": "why_good", "type": "long_text", "show_if": {"question": "recommend", "at_least": 7},
     "text": {"en": "What is the main reason?", "zh": "主要原因是什么？"}}
  ]})json";

/// A category in the words of who met it, as a problem and as a strength.
struct CategoryWords {
  IssueCategory category;
  std::string_view problem_en;
  std::string_view problem_zh;
  std::string_view strength_en;  // empty: nobody is praised for it
  std::string_view strength_zh;
};

constexpr std::array kCategoryWords = {
    CategoryWords{IssueCategory::LongText, "Long texts: parts missed, poor summaries",
                  "长文本：遗漏内容、摘要不好", "Long texts and summaries", "长文本与摘要"},
    CategoryWords{IssueCategory::FunctionCalling, "Malformed JSON, or wrong function calls",
                  "JSON 格式错误或函数调用不对", "JSON and function calls that work",
                  "JSON 与函数调用可靠"},
    CategoryWords{IssueCategory::Style, "Tone, or too many words", "语气不合适或太啰嗦",
                  "Tone and wording", "语气与措辞"},
    CategoryWords{IssueCategory::Memory, "Forgot what was said earlier", "忘记前面说过的话",
                  "Remembers what was said", "记得前文"},
    CategoryWords{IssueCategory::Reasoning, "Wrong results, broken logic, code that does not run",
                  "结果错误、逻辑混乱、代码无法运行", "Mathematics, logic and code",
                  "数学、逻辑与代码"},
    CategoryWords{IssueCategory::Factual, "Untrue or invented facts", "内容不实或编造",
                  "Correct facts", "内容准确"},
    CategoryWords{IssueCategory::Speed, "Slow", "速度慢", "Quick", "速度快"},
    CategoryWords{IssueCategory::Formatting, "Tables, formulas or paragraphs gone wrong",
                  "表格、公式或段落排版混乱", "Clear layout", "排版清晰"},
    CategoryWords{IssueCategory::Refusal, "Refused without need", "无故拒绝回答", "", ""},
    CategoryWords{IssueCategory::Safety, "Harmful, discriminating or private content",
                  "有害、歧视或涉及隐私的内容", "Careful with people and their data",
                  "安全、尊重隐私"},
    CategoryWords{IssueCategory::Other, "Something else", "其他", "Something else", "其他"},
};
static_assert(kCategoryWords.size() == kIssueCategories.size());

Json choice_of(const std::string& id, std::string_view en, std::string_view zh) {
  return {{"id", id}, {"text", {{"en", en}, {"zh", zh}}}};
}

enum class ChoicesOf { Problems, Strengths };

/// The categories as choices; "praise/" before a name makes it praise (feedback/opinions.cpp).
std::string category_choices(ChoicesOf kind) {
  const bool is_praise = kind == ChoicesOf::Strengths;
  std::vector<std::string> choices;
  for (const CategoryWords& words : kCategoryWords) {
    const std::string name(issue_category_name(words.category));
    if (!is_praise) choices.push_back(to_text(choice_of(name, words.problem_en, words.problem_zh)));
    if (!is_praise || words.strength_en.empty()) continue;
    choices.push_back(to_text(choice_of("praise/" + name, words.strength_en, words.strength_zh)));
  }
  return join(choices, ", ");
}

QuestionnaireTemplate template_of(std::string_view name, std::string_view text) {
  std::string whole = replace_all(text, "@problems", category_choices(ChoicesOf::Problems));
  whole = replace_all(whole, "@strengths", category_choices(ChoicesOf::Strengths));
  Result<Json> definition = parse_json(whole);
  CHECK(definition.has_value(), "a questionnaire of ours is no JSON");
  return {name, *std::move(definition)};
}

}  // namespace

std::vector<QuestionnaireTemplate> questionnaire_templates() {
  return {template_of("model_study", kModelStudy), template_of("sus", kSus),
          template_of("nps", kNps)};
}

}  // namespace falconet
