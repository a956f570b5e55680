// What a complaint or a praise is about: one vocabulary for texts, tags, codes and findings.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace falconet {

/// In the order in which reports list them.
enum class IssueCategory {
  LongText,
  FunctionCalling,
  Style,
  Memory,
  Reasoning,
  Factual,
  Speed,
  Formatting,
  Refusal,
  Safety,
  Other,  // a complaint that none of the others covers
};

inline constexpr std::array kIssueCategories = {
    IssueCategory::LongText, IssueCategory::FunctionCalling, IssueCategory::Style,
    IssueCategory::Memory,   IssueCategory::Reasoning,       IssueCategory::Factual,
    IssueCategory::Speed,    IssueCategory::Formatting,      IssueCategory::Refusal,
    IssueCategory::Safety,   IssueCategory::Other,
};

enum class ReportLanguage { English, Chinese };

/// As it stands in files: "long_text".
std::string_view issue_category_name(IssueCategory category);
std::optional<IssueCategory> issue_category_of(std::string_view name);

/// As people read it: "long text", "长文本处理".
std::string_view issue_category_label(IssueCategory category, ReportLanguage language);

constexpr std::size_t index_of(IssueCategory category) {
  return static_cast<std::size_t>(category);
}

}  // namespace falconet
