#include "feedback/suggestions.h"

#include <array>

namespace falconet {
namespace {

using enum IssueCategory;
using Circumstance = FindingCircumstance;

struct SuggestionRule {
  IssueCategory category;
  FindingCircumstance circumstance;
  Suggestion suggestion;
};

// A rule with a circumstance stands before its category's rule without one.
constexpr std::array kRules = {
    SuggestionRule{
        LongText,
        Circumstance::Evicted,
        {"sliding_window", R"({"--max-model-len":"auto"})",
         "Most of these prompts had lost messages for want of room: raise the context, or slide a "
         "window over the text and summarise as it goes.",
         "这些提示大多因上下文不足而被裁剪：增大上下文长度，或用滑动窗口边读边总结。"}},
    SuggestionRule{LongText,
                   Circumstance::None,
                   {"chunk_and_merge", "",
                    "The text was in the prompt whole: process it in segments below the threshold, "
                    "retrieve what the question needs, merge the partial answers.",
                    "全文都在提示之内：按低于阈值的长度分段处理，检索所需段落，再合并结果。"}},
    SuggestionRule{
        FunctionCalling,
        Circumstance::Semantic,
        {"validate_and_retry", "",
         "The JSON is well formed and its content wrong: validate the arguments and ask again with "
         "the error message.",
         "JSON 格式正确但内容有误：校验参数，并把错误信息交给模型重试。"}},
    SuggestionRule{
        FunctionCalling,
        Circumstance::Constrained,
        {"raise_answer_room", R"({"max_tokens":2048})",
         "Malformed although bound by a grammar: answers were cut off, most likely. Raise "
         "max_tokens and look at the finish reasons.",
         "已受语法约束仍不合法，多半是被截断：提高 max_tokens 并检查结束原因。"}},
    SuggestionRule{
        FunctionCalling,
        Circumstance::None,
        {"constrain_output", R"({"response_format":{"type":"json_schema"}})",
         "Bind the output to its schema (response_format json_schema, or tools with their "
         "schemas), "
         "and validate the content afterwards.",
         "用 JSON Schema 约束输出（response_format 或带 schema 的 tools），事后再校验内容。"}},
    SuggestionRule{Style,
                   Circumstance::None,
                   {"persona", R"({"system":"用口语化、亲切的语气回答，少用书面语和套话。"})",
                    "Adjust the tone by a system prompt first and compare blindly; fine-tune on "
                    "dialogue only if that does not help.",
                    "先用系统提示调整语气并做盲测对比；无效时再用少量对话数据微调。"}},
    SuggestionRule{Memory,
                   Circumstance::Evicted,
                   {"vector_memory", "",
                    "What was forgotten had been cut from the prompt: keep it in an external "
                    "vector memory, or "
                    "pin the messages that matter.",
                    "被遗忘的内容已被裁出提示：使用外部向量记忆，或固定重要消息。"}},
    SuggestionRule{
        Memory,
        Circumstance::None,
        {"recall_facts", "",
         "What was forgotten was still in the prompt: this is the model's limit. Let an external "
         "memory repeat the facts that matter close to the question, begin a new conversation "
         "earlier, or choose a larger model.",
         "被遗忘的内容仍在提示之内，这是模型本身的局限：用外部记忆把关键信息重新放到问题附近，更早"
         "开始新对话，或换用更大的模型。"}},
    SuggestionRule{Reasoning,
                   Circumstance::None,
                   {"thinking_budget", R"({"thinking_token_budget":4096})",
                    "Give it a larger thinking budget, and let tools calculate and run the code.",
                    "提高思考预算，并用工具完成计算和运行代码。"}},
    SuggestionRule{Factual,
                   Circumstance::None,
                   {"ground_in_documents", "",
                    "Answer from documents with citations; a model this small knows little by "
                    "heart.",
                    "基于文档并附引用来回答；小模型记住的知识有限。"}},
    SuggestionRule{Speed,
                   Circumstance::None,
                   {"shorten_thinking", R"({"thinking_token_budget":512})",
                    "Limit the thinking of simple questions, and use a 4-bit file.",
                    "限制简单问题的思考长度，并使用 4 比特量化文件。"}},
    SuggestionRule{
        Formatting,
        Circumstance::None,
        {"format_prompt", R"({"system":"Use short paragraphs, lists and valid Markdown."})",
         "Say the wanted form in the system prompt, and check how the page renders it.",
         "在系统提示中说明所需格式，并检查页面的渲染。"}},
    SuggestionRule{Refusal,
                   Circumstance::None,
                   {"permissive_prompt", "",
                    "Say in the system prompt what is allowed here, and collect the refused "
                    "questions for review.",
                    "在系统提示中说明允许的范围，并收集被拒绝的问题供复查。"}},
    SuggestionRule{
        Safety,
        Circumstance::None,
        {"review_by_people", "", "Have people read these answers before anything else is changed.",
         "在做其他改动之前，先由人工审阅这些回答。"}},
    SuggestionRule{
        Other,
        Circumstance::None,
        {"read_the_comments", "", "Read these comments: the rules do not know what they are about.",
         "阅读这些评论：规则无法判断其内容。"}},
};

}  // namespace

const Suggestion& suggestion_for(IssueCategory category, FindingCircumstance circumstance) {
  for (const SuggestionRule& rule : kRules) {
    if (rule.category != category) continue;
    if (rule.circumstance == circumstance || rule.circumstance == Circumstance::None) {
      return rule.suggestion;
    }
  }
  return kRules.back().suggestion;
}

std::string_view finding_circumstance_name(FindingCircumstance circumstance) {
  constexpr std::array<std::string_view, 6> kNames = {"none",      "evicted",     "present",
                                                      "malformed", "constrained", "semantic"};
  return kNames[static_cast<std::size_t>(circumstance)];
}

}  // namespace falconet
