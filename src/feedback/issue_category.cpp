#include "feedback/issue_category.h"

namespace falconet {
namespace {

struct CategoryRow {
  std::string_view name;
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array<CategoryRow, kIssueCategories.size()> kRows = {{
    {"long_text", "long text", "长文本处理"},
    {"function_calling", "function calling", "函数调用稳定性"},
    {"style", "style and tone", "表达风格"},
    {"memory", "memory over turns", "多轮记忆"},
    {"reasoning", "reasoning", "推理"},
    {"factual", "factual accuracy", "事实准确性"},
    {"speed", "speed", "速度"},
    {"formatting", "formatting", "排版格式"},
    {"refusal", "refusal", "拒绝回答"},
    {"safety", "safety and ethics", "安全与伦理"},
    {"other", "other", "其他"},
}};

}  // namespace

std::string_view issue_category_name(IssueCategory category) {
  return kRows[index_of(category)].name;
}

std::optional<IssueCategory> issue_category_of(std::string_view name) {
  for (const IssueCategory category : kIssueCategories) {
    if (issue_category_name(category) == name) return category;
  }
  return std::nullopt;
}

std::string_view issue_category_label(IssueCategory category, ReportLanguage language) {
  const CategoryRow& row = kRows[index_of(category)];
  return language == ReportLanguage::Chinese ? row.chinese : row.english;
}

}  // namespace falconet
