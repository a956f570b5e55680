#include "feedback/simulation_text.h"

#include <array>
#include <span>
#include <vector>

#include "base/strings.h"

namespace falconet {
namespace {

using enum IssueCategory;

struct CommentTemplate {
  IssueCategory category;
  bool is_praise;
  std::string_view english;
  std::string_view chinese;
};

// {thing} is filled in. Rows say the same in both languages, as far as people do.
constexpr std::array kTemplates = {
    CommentTemplate{LongText, false, "the summary of {thing} is vague and misses the second half",
                    "{thing}的总结很空洞，后半部分都漏了"},
    CommentTemplate{LongText, false, "{thing} is too long for it, the summary gets poor",
                    "{thing}太长，总结就不完整"},
    CommentTemplate{LongText, false, "long documents like {thing} fall apart halfway",
                    "像{thing}这样的长文档，摘要质量变差"},
    CommentTemplate{LongText, false, "only the first few pages of {thing} made it into the summary",
                    "{thing}只概括了前几页，后面遗漏很多"},
    CommentTemplate{FunctionCalling, false, "the tool call for {thing} returned invalid JSON",
                    "{thing}的函数调用返回的 JSON 格式错误"},
    CommentTemplate{FunctionCalling, false,
                    "JSON with a missing bracket, {thing} could not parse it",
                    "JSON 少了括号，{thing}解析失败"},
    CommentTemplate{FunctionCalling, false, "arguments are wrong in the function call for {thing}",
                    "{thing}的工具调用参数不对"},
    CommentTemplate{Style, false, "too formal for {thing}, nobody talks like that",
                    "写{thing}太书面化了，不像人说话"},
    CommentTemplate{Style, false, "stiff wording in {thing}", "{thing}的语气生硬，像公文"},
    CommentTemplate{Style, false, "{thing} sounds like a textbook, bookish and long-winded",
                    "{thing}写得文绉绉的，套话多"},
    CommentTemplate{Memory, false, "it forgot what I said about {thing}",
                    "之前说的{thing}它全忘了"},
    CommentTemplate{Memory, false, "I already told you about {thing}, why ask again",
                    "前面说过{thing}，现在又问一遍"},
    CommentTemplate{Memory, false, "loses track of {thing} after a few turns",
                    "聊几轮之后就记不住{thing}"},
    CommentTemplate{Reasoning, false, "wrong result for {thing}, the calculation is off",
                    "{thing}算错了"},
    CommentTemplate{Reasoning, false, "the logic about {thing} has a gap", "{thing}的推理有漏洞"},
    CommentTemplate{Reasoning, false, "the code for {thing} does not compile",
                    "{thing}的代码跑不通"},
    CommentTemplate{Factual, false, "it made up facts about {thing}", "关于{thing}的内容是编造的"},
    CommentTemplate{Factual, false, "the information about {thing} is outdated",
                    "{thing}的信息过时了，不准确"},
    CommentTemplate{Speed, false, "far too slow for {thing}", "{thing}生成太慢"},
    CommentTemplate{Speed, false, "waiting forever for {thing}", "等{thing}等了太久"},
    CommentTemplate{Formatting, false, "the table for {thing} is broken", "{thing}的表格乱了"},
    CommentTemplate{Formatting, false, "{thing} came as a wall of text", "{thing}一大段没有分段"},
    CommentTemplate{Refusal, false, "refused a harmless question about {thing}",
                    "问{thing}居然拒绝回答"},
    CommentTemplate{Other, false, "this did not help with {thing}, not helpful",
                    "对{thing}没什么用"},
    CommentTemplate{Other, false, "off topic, I asked about {thing}", "答非所问，我问的是{thing}"},
    CommentTemplate{Reasoning, true, "the proof for {thing} was clear, impressive at math",
                    "{thing}推理清晰，数学很强"},
    CommentTemplate{Reasoning, true, "the code for {thing} worked well", "{thing}的代码一次就跑通"},
    CommentTemplate{Speed, true, "really fast with {thing}", "{thing}出字飞快"},
    CommentTemplate{Speed, true, "quick answers about {thing}, hardly any wait", "{thing}响应很快"},
    CommentTemplate{Other, true, "great help with {thing}", "{thing}很好用，推荐"},
    CommentTemplate{Other, true, "useful for {thing}, thanks", "对{thing}有帮助，谢谢"},
};

struct Thing {
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array kThings = {
    Thing{"my thesis", "毕业设计"},           Thing{"the weekly report", "周报"},
    Thing{"the sensor log", "传感器日志"},    Thing{"the lease", "租房协议"},
    Thing{"the travel plan", "旅行计划"},     Thing{"the router setup", "路由器设置"},
    Thing{"chapter three", "第三章"},         Thing{"the board's driver", "开发板驱动"},
    Thing{"the customer e-mail", "客户邮件"}, Thing{"the physics exercise", "物理作业"},
    Thing{"the meeting notes", "会议纪要"},   Thing{"the unit tests", "单元测试"},
};

constexpr std::array<Thing, 6> kOpenings = {{{"", ""},
                                             {"", ""},
                                             {"Hm, ", "嗯，"},
                                             {"Today: ", "今天试了，"},
                                             {"On the phone: ", "手机上，"},
                                             {"Second try: ", "第二次了，"}}};
constexpr std::array<std::string_view, 3> kEnglishEnds = {"", ".", "!"};
constexpr std::array<std::string_view, 3> kChineseEnds = {"", "。", "！"};

template <class Row>
const Row& one_of(std::span<const Row> rows, Random& random) {
  return rows[random.below(rows.size())];
}

std::vector<CommentTemplate> fitting(IssueCategory category, bool is_praise) {
  std::vector<CommentTemplate> rows;
  for (const CommentTemplate& row : kTemplates) {
    if (row.category == category && row.is_praise == is_praise) rows.push_back(row);
  }
  return rows;
}

}  // namespace

std::string simulate_comment(const SimulatedComment& about, Random& random) {
  std::vector<CommentTemplate> rows = fitting(about.category, about.is_praise);
  if (rows.empty()) rows = fitting(Other, about.is_praise);
  const auto& chosen = one_of<CommentTemplate>(rows, random);
  const auto& thing = one_of<Thing>(kThings, random);
  const auto& opening = one_of<Thing>(kOpenings, random);
  if (about.is_chinese) {
    return cat(opening.chinese, replace_all(chosen.chinese, "{thing}", thing.chinese),
               one_of<std::string_view>(kChineseEnds, random));
  }
  return cat(opening.english, replace_all(chosen.english, "{thing}", thing.english),
             one_of<std::string_view>(kEnglishEnds, random));
}

}  // namespace falconet
